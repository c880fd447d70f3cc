"""What the suite of exercise 2 knows of jobs: ids, reasons, and the report of an order."""

import datetime
import re
import uuid
from typing import Any
from unittest.mock import patch

import httpx

from exercises.ex2 import report
from grader.timeline import Timeline

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


def why_not_failed(found: httpx.Response, timeline: Timeline) -> str | None:
    """A sentence on a job that failed and whose status is another, or None."""
    if timeline.of("file.saved"):
        return "A step failed, and yet a file was saved: was it tried again? Nothing is."
    if found.status_code == 200 and timeline.of("task.raised", "endpoint.raised"):
        return "The job failed, but its status does not say so: nobody caught the exception."
    return None


def steps(timeline: Timeline) -> str:
    """What a job did, as one line; an update that repeats the status changes nothing."""
    words, last = [], "pending"
    for one in timeline.of("file.saved", "mail.sent", "row.updated"):
        word = str(one.detail["row"].get("status")) if one.kind == "row.updated" else None
        if word != last:
            words.append(word or one.kind)
        last = word or last
    return " ── ".join(words)


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
