"""The one sentence of cause: which mistake the observed timeline shows."""

from __future__ import annotations

from grader.expect import Mismatch
from grader.timeline import Event, Timeline

ABSENT = {
    "mail.sent": "No mail like that was sent.",
    "file.saved": "No file like that was saved.",
    "row.inserted": "No row like that was inserted.",
    "row.updated": "No row was updated like that.",
    "audit.recorded": "The audit log has no entry like that.",
    "http.attempted": "The url was not called.",
    "clock.slept": "Nothing waited.",
}
DOER = {
    "mail.sent": "your mailer",
    "file.saved": "your storage",
    "row.inserted": "your storage",
    "row.updated": "your storage",
    "audit.recorded": "the audit log",
    "http.attempted": "the other server",
    "clock.slept": "a sleep",
}
RESPONSE = ("response.started", "response.sent")


def cause(mismatch: Mismatch, timeline: Timeline) -> str:
    """One sentence, the most specific one that the timeline supports."""
    raised = [event for event in timeline if event.kind in ("task.raised", "endpoint.raised")]
    early = _too_early(mismatch, timeline)
    if early:
        return early
    if raised and (mismatch.wanted or not mismatch.because):
        return _raised(raised[0])
    if mismatch.because:
        return mismatch.because
    return _absent(mismatch, timeline) or "The order is not the one that the task asks for."


def _raised(event: Event) -> str:
    where = "A background task" if event.kind == "task.raised" else "The endpoint"
    text = f": {event.detail['text']}" if event.detail.get("text") else ""
    return f"{where} raised {event.detail['error']}{text}; nothing after that line ran."[:400]


def _too_early(mismatch: Mismatch, timeline: Timeline) -> str | None:
    """Work that had to come after the response but came before it."""
    kinds = [pattern.kind for pattern in mismatch.wanted]
    if "response.sent" not in kinds:
        return None
    first = kinds.index("response.sent")
    late = [pattern for pattern in mismatch.wanted[first + 1 :] if pattern.kind in DOER]
    events = list(timeline)
    for pattern in late:
        positions = [i for i, event in enumerate(events) if pattern.matches(event)]
        sent = next((i for i, event in enumerate(events) if event.kind == "response.sent"), None)
        if positions and sent is not None and positions[0] < sent:
            return _why_early(pattern.kind, events[: positions[0]])
    return None


def _why_early(kind: str, before: list[Event]) -> str:
    done = {event.kind for event in before}
    if "response.started" in done:
        return (
            f"The response had begun but not ended when your code reached {DOER[kind]}:"
            " the client was still waiting."
        )
    if "response.held" in done:
        return (
            f"Something of yours did not wait for the response before it reached {DOER[kind]}:"
            " a thread or an asyncio task starts at once, a background task waits."
        )
    return f"The client waited for {DOER[kind]}: it ran before the response, not after it."


def _absent(mismatch: Mismatch, timeline: Timeline) -> str | None:
    for pattern in mismatch.wanted:
        if not any(pattern.matches(event) for event in timeline):
            if any(event.kind == pattern.kind for event in timeline):
                return f"There is a {pattern.kind}, but not {pattern.words!r}."
            return ABSENT.get(pattern.kind, f"There was no {pattern.kind}.")
    return None
