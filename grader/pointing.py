"""What a picture of a failed check points at: events out of place, and events that are missing."""

from __future__ import annotations

from grader.expect import RAISED, Mismatch, Pattern
from grader.timeline import Event, Timeline


def point(mismatch: Mismatch | None, timeline: Timeline) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Indexes of events that should not be where they are, and kinds that were to come and did not.

    Without either, whatever the student's code raised is what to look at.
    """
    events = list(timeline)
    out_of_place: list[int] = []
    missing: list[str] = []
    if mismatch is not None and mismatch.most is not None:
        pattern, count = mismatch.most
        out_of_place = [i for i, event in enumerate(events) if pattern.matches(event)][count:]
        if not out_of_place:
            missing = [pattern.kind]
    elif mismatch is not None:
        out_of_place, missing = _order(mismatch.wanted, events)
    if not out_of_place:
        out_of_place = [i for i, event in enumerate(events) if event.kind in RAISED]
    return tuple(out_of_place), tuple(missing)


def _order(wanted: tuple[Pattern, ...], events: list[Event]) -> tuple[list[int], list[str]]:
    """Walk both; what is wanted and does not follow came too early, or not at all."""
    at, early, missing = 0, [], []
    for pattern in wanted:
        found = [i for i, event in enumerate(events) if pattern.matches(event)]
        later = [i for i in found if i >= at]
        if later:
            at = later[0] + 1
        else:
            missing.append(pattern.kind)
            early += found[:1]
    return early, missing
