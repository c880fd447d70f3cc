"""One event in words a student knows, short for the picture and full for whoever asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MAX_FULL, MAX_SHORT = 240, 40

NAMES = {
    "request.received": "a request came in",
    "response.held": "your app handed over its response; it has not left yet",
    "response.started": "the response began to leave",
    "response.sent": "the response had left: the client has its answer",
    "mail.sent": "a mail left",
    "mail.refused": "the mailer refused a mail",
    "file.saved": "a file was saved",
    "file.refused": "the storage refused a file",
    "row.inserted": "a row was inserted",
    "row.updated": "a row was updated",
    "audit.recorded": "the audit log got an entry",
    "http.attempted": "your app called another server",
    "clock.slept": "your app slept",
    "image.decoded": "a picture was decoded",
    "endpoint.raised": "the endpoint raised",
    "task.raised": "a background task raised",
    "request.finished": "all work for the request was done",
}


def kind_of(event: Mapping[str, Any]) -> str:
    """The event's kind, as text whatever it is."""
    return str(event.get("kind", "?"))


def at_of(event: Mapping[str, Any]) -> float:
    """The event's time in seconds; 0 where it is not a number."""
    return number(event.get("at_s"))


def number(value: Any) -> float:
    """A finite number as it is, whatever else as 0: reports may come from a file."""
    if not isinstance(value, int | float) or not -1e12 < value < 1e12:
        return 0.0
    return float(value)


def full(event: Mapping[str, Any]) -> str:
    """`mail.sent at 2 s: a mail left. to ada@example.com, subject Welcome!`"""
    kind = kind_of(event)
    head = f"{kind} at {seconds(at_of(event))}: {NAMES.get(kind, 'something happened')}."
    detail = _detail(event)
    parts = [f"{key} {_value(value)}" for key, value in detail.items() if key != "traceback"]
    told = ", ".join(parts)
    return head + (f" {_cut(told, MAX_FULL)}" if told else "")


def short(event: Mapping[str, Any]) -> str:
    """What to write beside the mark, where there is room; may be empty."""
    detail, kind = _detail(event), kind_of(event)
    if kind == "request.received":
        return _cut(f"{detail.get('method', '')} {detail.get('path', '')}", MAX_SHORT)
    if kind == "clock.slept":
        return _slept(detail)
    if kind.startswith("row."):
        return _cut(_row(detail), MAX_SHORT)
    keys = {
        "response.sent": "status",
        "mail.sent": "to",
        "mail.refused": "to",
        "file.saved": "path",
        "file.refused": "path",
        "audit.recorded": "action",
        "http.attempted": "answer",
        "endpoint.raised": "error",
        "task.raised": "error",
    }
    return _cut(str(detail.get(keys.get(kind, ""), "")), MAX_SHORT)


def seconds(value: float) -> str:
    """A time as a person writes it: `0 s`, `12 ms`, `2 s`, `1.25 s`."""
    if 0 < value < 0.9995:
        return f"{max(value * 1000, 1):.0f} ms"
    return f"{round(value, 2):g} s"


def _slept(detail: Mapping[str, Any]) -> str:
    return seconds(number(detail.get("seconds")))


def _row(detail: Mapping[str, Any]) -> str:
    changes = detail.get("changes")
    status = changes.get("status") if isinstance(changes, Mapping) else None
    return str(detail.get("table", "")) + (f": {status}" if status is not None else "")


def _detail(event: Mapping[str, Any]) -> Mapping[str, Any]:
    detail = event.get("detail")
    return detail if isinstance(detail, Mapping) else {}


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _cut(value: str, limit: int) -> str:
    value = " ".join(value.split())
    return value if len(value) <= limit else f"{value[: limit - 1]}…"
