"""Why a request got no answer, as far as the timeline tells."""

from __future__ import annotations

from grader.timeline import Timeline

WAITED = (
    "Background work of an earlier request was still going on, and this request waited for it:"
    " a lock, a single worker or a blocked event loop holds everybody up."
)
SLEPT = "The endpoint slept before it answered: what takes long belongs in a background task."


def unanswered(timeline: Timeline) -> str:
    """One sentence of cause, empty where nothing tells."""
    if len(timeline.of("response.sent")) > len(timeline.of("request.finished")):
        return WAITED
    last = timeline.of("request.received", "response.started", "clock.slept")[-1:]
    return SLEPT if last and last[0].kind == "clock.slept" else ""
