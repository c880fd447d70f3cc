"""Something like it did happen: what the nearest event had, in words a student can compare."""

from __future__ import annotations

from grader.expect import Pattern, code, short
from grader.timeline import Event, Timeline

NAMES = {
    "mail.sent": "a mail",
    "file.saved": "a file",
    "row.inserted": "a row",
    "row.updated": "an update of a row",
    "audit.recorded": "an audit entry",
    "http.attempted": "a call",
}


def nearest(pattern: Pattern, timeline: Timeline) -> str | None:
    """A sentence on the last event of the pattern's kind that does not match it, or None."""
    others = [event for event in timeline.of(pattern.kind) if not pattern.matches(event)]
    if not others or pattern.kind not in NAMES:
        return None
    near = _closest(pattern, others)
    table = pattern.detail.get("table")
    where = f" in {code(str(table))}" if table and table != near.detail.get("table") else ""
    return f"There is {NAMES[pattern.kind]} {_about(near)}, but no {code(pattern.words)}{where}."


def _closest(pattern: Pattern, others: list[Event]) -> Event:
    """The one that has most of what was asked for, the newest of several."""
    return max(reversed(others), key=pattern.agreements)


def _about(event: Event) -> str:
    detail = event.detail
    if event.kind == "mail.sent":
        return f"to {_quoted(detail['to'])} with the subject {_quoted(detail['subject'])}"
    if event.kind == "file.saved":
        return f"under {_quoted(detail['path'])} with {detail['bytes']} bytes"
    if event.kind == "row.inserted":
        return f"in the table {_quoted(detail['table'])} with {_columns(detail['row'])}"
    if event.kind == "row.updated":
        return f"in the table {_quoted(detail['table'])} with {_columns(detail['changes'])}"
    if event.kind == "audit.recorded":
        return f"{_quoted(detail['action'])} with {_columns(detail['details'])}"
    return f"by {detail.get('method')} to {_quoted(detail.get('url'))}"


def _columns(values: object) -> str:
    if not isinstance(values, dict) or not values:
        return "nothing in it"
    return short(", ".join(f"{name}={value!r}" for name, value in values.items()), 120)


def _quoted(value: object) -> str:
    return f"`{short(str(value), 60)}`"
