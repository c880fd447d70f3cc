"""What the suite of exercise 2 knows of jobs: ids, reasons, and the report of an order."""

import datetime
import re
from typing import Any
from unittest.mock import patch

from exercises.ex2 import report

OWN_COLUMNS = ("id", "job_id", "status", "email")
GIVEN = re.compile(  # what repeats the order and says nothing: a date, a time, an address, an id
    r"\d{4}-\d\d-\d\d([t ][\d:.]+(z|[+-][\d:]+)?)?|\S+@\S+|(?=\S*\d)\S{16,}|failed",
    re.IGNORECASE,
)


def has_reason(row: dict[str, Any] | None) -> bool:
    """Whether a row of a failed job says why, in words that are not the order's own."""
    columns = (row or {}).items()
    texts = [v.strip() for k, v in columns if k not in OWN_COLUMNS and isinstance(v, str)]
    told = [text for text in texts if text and not GIVEN.fullmatch(text)]
    return bool(told) and (row or {}).get("status") == "failed"


def unguessable(ids: list[str]) -> bool:
    """Unlike in enough places: a counter or the time changes only at its end."""
    if len(set(ids)) < len(ids):
        return False
    differing = sum(len(set(places)) > 1 for places in zip(*ids, strict=False))
    return differing >= (12 if all(one.isdecimal() for one in ids) else 10)


def report_for(order: dict[str, str]) -> bytes:
    """The bytes that `build_report` gives for an order, without its wait."""
    first, last = (datetime.date.fromisoformat(order[key]) for key in ("start", "end"))
    with patch.object(report, "time", _NoTime):
        return report.build_report(first, last)


class _NoTime:
    @staticmethod
    def sleep(_seconds: float) -> None:
        """The suite needs the bytes, not the wait."""
