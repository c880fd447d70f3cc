"""What the suite of exercise 2 knows of jobs: ids, reasons, and the report of an order."""

import datetime
import re
import uuid
from typing import Any
from unittest.mock import patch

from exercises.ex2 import report

OWN_COLUMNS = ("id", "job_id", "status", "email")
GIVEN = re.compile(  # what repeats the order and says nothing: a date, a time, an address, an id
    r"\d{4}-\d\d-\d\d([t ][\d:.]+(z|[+-][\d:]+)?)?|\S+@\S+|(?=\S*\d)[0-9a-f-]{16,}|failed",
    re.IGNORECASE,
)


def has_reason(row: dict[str, Any] | None, job_id: str) -> bool:
    """Whether a row of a failed job says why, in words that are not the order's own."""
    columns = (row or {}).items()
    texts = [v.strip() for k, v in columns if k not in OWN_COLUMNS and isinstance(v, str)]
    told = [text for text in texts if text not in ("", job_id) and not GIVEN.fullmatch(text)]
    return bool(told) and (row or {}).get("status") == "failed"


def unguessable(ids: list[str]) -> bool:
    """Unlike in enough places: a counter or the time changes only at its end."""
    if len(set(ids)) < len(ids) or all(map(_from_the_time, ids)):
        return False
    differing = sum(len(set(places)) > 1 for places in zip(*ids, strict=False))
    return differing >= (12 if all(one.isdecimal() for one in ids) else 10)


def _from_the_time(job_id: str) -> bool:
    try:
        return uuid.UUID(job_id).version in (1, 6)
    except ValueError:
        return False


def report_for(order: dict[str, str]) -> bytes:
    """The bytes that `build_report` gives for an order, without its wait."""
    first, last = (datetime.date.fromisoformat(order[key]) for key in ("start", "end"))
    with patch.object(report, "time", _NoTime):
        return report.build_report(first, last)


class _NoTime:
    @staticmethod
    def sleep(_seconds: float) -> None:
        """The suite needs the bytes, not the wait."""
