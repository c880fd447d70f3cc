"""The one sentence of cause: which mistake the observed timeline shows."""

from __future__ import annotations

from grader.expect import RAISED, Mismatch, Pattern, code, short
from grader.nearest import nearest
from grader.raised import raised
from grader.timeline import Event, Timeline

ABSENT = {
    "mail.sent": "No mail like that was sent.",
    "file.saved": "No file like that was saved.",
    "row.inserted": "No row like that was inserted.",
    "row.updated": "No row was updated like that.",
    "audit.recorded": "The audit log has no entry like that.",
    "http.attempted": "The url was not called, or not with httpx.",
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
ONLY_AFTER = ("mail.sent", "file.saved", "http.attempted")
RESPONSE = ("response.started", "response.sent")
_LATE = "When the response started there was no {}; it has to come first."


CALLED = (
    "The function was called there and then, and what it returned was handed over: write"
    " `add_task(f, x)`, the function without parentheses, not `add_task(f(x))`."
)
THREAD = (
    "A thread of yours reached {} before the response was out: a thread starts at once, a"
    " background task waits for the response."
)
NOT_EVEN_BEGUN = {
    "mail.sent": (
        "No mail was sent until the background work was over. Was a task added to the"
        " `background` that FastAPI gave you, and is every coroutine awaited?"
    ),
}


def cause(mismatch: Mismatch, timeline: Timeline) -> str:
    """One sentence, the most specific one that the timeline supports."""
    kinds = ("endpoint.raised",) if mismatch.not_refused else RAISED
    errors = timeline.of(*kinds)
    if any("must be callable" in str(event.detail.get("text")) for event in errors):
        return CALLED
    early = _too_early(mismatch, timeline) or _once_too_early(mismatch, timeline)
    if early:
        return early
    told = mismatch.wanted or not mismatch.because or mismatch.answered_500
    if errors and told and not _too_often(mismatch, timeline):
        return raised(errors[0])
    return (
        mismatch.because
        or mismatch.difference
        or _absent(mismatch, timeline)
        or _how_often(mismatch, timeline)
        or _order(mismatch, timeline)
        or "The order is not the one that the task asks for."
    )


def _too_often(mismatch: Mismatch, timeline: Timeline) -> bool:
    """Whether there is more of it than there should be: no exception explains that."""
    if mismatch.most is None:
        return False
    pattern, wanted = mismatch.most
    return sum(map(pattern.matches, timeline)) > wanted


def _how_often(mismatch: Mismatch, timeline: Timeline) -> str | None:
    """The right event, more often or less often than it should be."""
    if mismatch.most is None:
        return None
    pattern, wanted = mismatch.most
    found = sum(map(pattern.matches, timeline))
    if found == wanted:
        return None
    if wanted == 0:
        return f"{code(pattern.words)} must not happen here, and did {_times(found)}."
    return f"{code(pattern.words)} happened {_times(found)}, and should happen {_times(wanted)}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _order(mismatch: Mismatch, timeline: Timeline) -> str | None:
    """The first event that is there, but before one that it should follow."""
    events, at, before = list(timeline), 0, None
    for pattern in mismatch.wanted:
        found = [i for i, event in enumerate(events) if pattern.matches(event)]
        later = [i for i in found if i >= at]
        if not later and before is not None:
            if pattern.kind in RESPONSE:
                return _LATE.format(code(before.words))
            first, second = code(before.words), code(pattern.words)
            return f"{second} came before {first}, and has to come after it."
        if later:
            at, before = later[0] + 1, pattern
    return None


def _too_early(mismatch: Mismatch, timeline: Timeline) -> str | None:
    """Work that had to come after the response but came before it."""
    kinds = [pattern.kind for pattern in mismatch.wanted]
    if "response.sent" not in kinds:
        return None
    first = kinds.index("response.sent")
    late = [pattern for pattern in mismatch.wanted[first + 1 :] if pattern.kind in DOER]
    return next(filter(None, (_early(pattern, timeline) for pattern in late)), None)


def _once_too_early(mismatch: Mismatch, timeline: Timeline) -> str | None:
    """More than there should be, because some of it was done before the response already."""
    pattern, wanted = mismatch.most or (None, 0)
    if not pattern or not wanted or not _too_often(mismatch, timeline):
        return None
    return _early(pattern, timeline) if pattern.kind in ONLY_AFTER else None


def _early(pattern: Pattern, timeline: Timeline) -> str | None:
    """Why such an event came before the first response was out, or None if none did."""
    events = list(timeline)
    sent = next((i for i, event in enumerate(events) if event.kind == "response.sent"), 0)
    for place, event in enumerate(events[:sent]):
        if pattern.matches(event):
            if place in timeline.on_own_threads:
                return THREAD.format(DOER[pattern.kind])
            return _why_early(pattern.kind, events[:place])
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
    for place, pattern in enumerate(mismatch.wanted):
        if any(pattern.matches(event) for event in timeline):
            continue
        near = nearest(pattern, timeline) or _gave_up(pattern.kind, timeline)
        if near is not None:
            return near
        if _before_the_response(mismatch, place):
            return _LATE.format(code(pattern.words))
        nothing = NOT_EVEN_BEGUN.get(pattern.kind) if pattern.words == pattern.kind else None
        return nothing or ABSENT.get(pattern.kind, f"There was no {pattern.kind}.")
    return None


def _gave_up(kind: str, timeline: Timeline) -> str | None:
    """No file, because the app itself noted that the job had failed."""
    failed = [
        e for e in timeline.of("row.updated") if e.detail["changes"].get("status") == "failed"
    ]
    if kind != "file.saved" or not failed:
        return None
    rest = {name: value for name, value in failed[0].detail["changes"].items() if name != "status"}
    why = f" It wrote {short(str(rest), 150)}." if rest else " It does not say why."
    return f"No file was saved: your app met an error and made the row `failed`.{why}"


def _before_the_response(mismatch: Mismatch, place: int) -> bool:
    """Whether the pattern at `place` was to come before the response. When it comes too late, it
    is a matter of luck whether it is on the timeline yet, and both get the same sentence."""
    return any(pattern.kind in RESPONSE for pattern in mismatch.wanted[place + 1 :])
