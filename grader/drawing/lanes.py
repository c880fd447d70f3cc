"""Where each event stands: its lane, its column, and whether the client waits meanwhile.

A picture is about order, so every event has a column of its own; where time passed, the columns
move apart and the axis says how long. Long timelines break into rows, as music does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from grader.drawing.words import at_of, full, kind_of, short

Event = Mapping[str, Any]
Phase = Literal["wait", "both", "after", "idle"]

CLIENT = "client"
LANES = {  # prefix of the kind → name of the lane; the order is the order in the picture
    "request.received": CLIENT,
    "response.": CLIENT,
    "mail.": "mail",
    "file.": "files",
    "row.": "rows",
    "audit.": "audit log",
    "http.": "outside",
    "clock.": "sleep",
    "task.": "your code",
    "endpoint.": "your code",
    "image.": "your code",
    "request.finished": "your code",
}
ORDER = tuple(dict.fromkeys(LANES.values()))
PER_ROW, MIN_ROW = 16, 4
MAX_MARKS = 96
MIN_GAP_S = 0.05  # a shorter pause is not drawn
SAME_IN_A_ROW = 4
EITHER = "A client waits, and an earlier request is not done: this may be the work of either."


@dataclass(slots=True)
class Mark:
    """One event, or a run of equal ones. `gap_s`: how long nothing happened before it."""

    kind: str
    lane: str
    at_s: float
    words: str
    label: str
    gap_s: float = 0.0
    count: int = 1
    offending: bool = False
    ghost: bool = False
    phase: Phase = "idle"  # from this mark to the next


@dataclass(slots=True)
class Picture:
    """Marks in rows; `left_out` events at the end are not drawn."""

    rows: list[list[Mark]]
    left_out: int = 0


def lane_of(kind: str) -> str:
    """The lane of an event; what is unknown stands with your code."""
    found = [lane for prefix, lane in LANES.items() if kind.startswith(prefix)]
    return found[0] if found else "your code"


def lay_out(
    events: Sequence[Event], offending: Collection[int] = (), missing: Sequence[str] = ()
) -> Picture:
    """Place the events.

    Args:
        offending: indexes of the events that should not be where they are.
        missing: kinds of events that were expected at the end and are not there; drawn as ghosts.
    """
    marks = _merged([_mark(event, i in offending) for i, event in enumerate(events)])
    _phases(marks)
    left_out = sum(mark.count for mark in marks[MAX_MARKS:])
    marks = marks[:MAX_MARKS]
    if not left_out:
        marks = _with_ghosts(marks, missing)
    _gaps(marks)
    return Picture(_rows(marks), left_out)


def lanes_of(marks: Sequence[Mark]) -> tuple[str, ...]:
    """The lanes that these marks need, from top to bottom."""
    return tuple(lane for lane in ORDER if any(mark.lane == lane for mark in marks))


def _mark(event: Event, offending: bool) -> Mark:
    kind = kind_of(event)
    return Mark(kind, lane_of(kind), at_of(event), full(event), short(event), offending=offending)


def _rows(marks: list[Mark]) -> list[list[Mark]]:
    """A new row when the last one is full, or for a new request while no other one waits."""
    rows: list[list[Mark]] = []
    for mark in marks:
        row = rows[-1] if rows else []
        fresh = (
            mark.kind == "request.received" and bool(row) and row[-1].phase not in ("wait", "both")
        )
        if not row or len(row) == PER_ROW or (fresh and len(row) >= MIN_ROW):
            rows.append([mark])
        else:
            row.append(mark)
    return rows


def _merged(marks: list[Mark]) -> list[Mark]:
    """Long runs of one kind become one mark with a count."""
    out: list[Mark] = []
    i = 0
    while i < len(marks):
        run = i
        while run < len(marks) and _alike(marks[i], marks[run]):
            run += 1
        if run - i >= SAME_IN_A_ROW:
            marks[i].count = run - i
            marks[i].words = f"{run - i} times: {marks[i].words}"
            out.append(marks[i])
        else:
            out += marks[i : max(run, i + 1)]
        i = max(run, i + 1)
    return out


def _alike(one: Mark, other: Mark) -> bool:
    counted = one.kind not in ("request.received", "request.finished", "response.sent")
    same = one.kind == other.kind and abs(one.at_s - other.at_s) < MIN_GAP_S
    return counted and same and not one.offending and not other.offending


def _phases(marks: list[Mark]) -> None:
    """Whose turn it is. Events do not say which request they belong to: while one client waits
    and the work of another request may go on, either may have done what happens."""
    waiting = answered = done = 0
    for mark in marks:
        if mark.kind == "request.received":
            waiting += 1
        elif mark.kind == "response.sent":
            waiting, answered = max(waiting - 1, 0), answered + 1
        elif mark.kind == "request.finished":
            done = min(done + 1, waiting + answered)
        if not waiting and done >= answered:
            answered = done = 0
        # What is done may be that of a client who waits: its response is seen a little later.
        others = answered - done + min(waiting, done)
        mark.phase = _phase(waiting, others)
        if mark.phase == "both" and mark.lane != CLIENT:
            mark.words += f" {EITHER}"


def _phase(waiting: int, others: int) -> Phase:
    if waiting and others:
        return "both"
    return "wait" if waiting else "after" if others else "idle"


def _with_ghosts(marks: list[Mark], missing: Sequence[str]) -> list[Mark]:
    """Put what was expected last behind the last event, before the request is finished."""
    if not missing or not marks:
        return marks
    end = len(marks)
    while end > 0 and marks[end - 1].kind == "request.finished":
        end -= 1
    phase = marks[end - 1].phase if end else "idle"
    at_s = marks[end - 1].at_s if end else 0.0
    ghosts = [
        Mark(kind, lane_of(kind), at_s, f"expected here: {kind}", "expected", ghost=True)
        for kind in missing
    ]
    for ghost in ghosts:
        ghost.phase = phase
    return [*marks[:end], *ghosts, *marks[end:]]


def _gaps(marks: list[Mark]) -> None:
    for before, mark in pairwise(marks):
        passed = mark.at_s - before.at_s
        mark.gap_s = passed if passed >= MIN_GAP_S else 0.0
