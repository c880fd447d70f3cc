"""What the suite of exercise 2 knows of jobs: ids, reasons, and the report of an order."""

import datetime
import re
import secrets
from typing import Any
from unittest.mock import patch

import httpx

from exercises.ex2 import report
from grader.expect import Pattern, answers, event
from grader.suites.words import a_user, holding
from grader.timeline import Timeline

MAX_LOOKED_AT = 500  # characters of a text; an app may send 60,000
OWN_COLUMNS = ("id", "job_id", "status", "email")
GIVEN = re.compile(  # what repeats the order and says nothing: a date, a time, an address, an id
    r"\d{4}-\d\d-\d\d([t ][\d:.]+(z|[+-][\d:]+)?)?|[^\s@]+@[^\s@]+|(?=\S*\d)[0-9a-f-]{16,}|failed",
    re.IGNORECASE,
)


def an_order(days: int = 1, **changes: str) -> dict[str, str]:
    """A range from 2024, `days` long or some more, that nobody can know in advance."""
    start = datetime.date(2024, 1, 1) + datetime.timedelta(days=secrets.randbelow(200))
    end = start + datetime.timedelta(days=days + secrets.randbelow(39))
    order = {"start": start.isoformat(), "end": end.isoformat(), "email": a_user()["email"]}
    return {**order, **changes}


async def ordered(client: httpx.AsyncClient, order: dict[str, str]) -> str:
    """The job id of a new job."""
    response = await client.post("/reports", json=order)
    assert response == answers(202, job_id=lambda job_id: isinstance(job_id, str) and job_id != "")
    return str(response.json()["job_id"])


def status(word: str, *values: Any) -> Pattern:
    """The row's status becomes `word`; the row holds `values`."""

    def fits(row: dict[str, Any]) -> bool:
        return row.get("status") == word and holding(*values)(row)

    return event("row.updated", f"{word} in `reports`", table="reports", row=fits)


def has_reason(row: dict[str, Any] | None, job_id: str) -> bool:
    """Whether a row of a failed job says why, in words that are not the order's own."""
    columns = (row or {}).items()
    own = [v for k, v in columns if k not in OWN_COLUMNS and isinstance(v, str)]
    texts = [text[:MAX_LOOKED_AT].strip() for text in own]
    words = [text for text in texts if any(map(str.isalpha, text))]
    told = [text for text in words if text != job_id and not GIVEN.fullmatch(text)]
    return bool(told) and (row or {}).get("status") == "failed"


def why_not_failed(found: httpx.Response, timeline: Timeline) -> str | None:
    """A sentence on a job that failed and whose status is another, or None."""
    if timeline.of("file.saved"):
        return "A step failed, and yet a file was saved: was it tried again? Nothing is."
    if found.status_code == 200 and timeline.of("task.raised", "endpoint.raised"):
        return "The job failed, but its status does not say so: nobody caught the exception."
    return None


def steps(timeline: Timeline, job_id: str) -> str:
    """What a job did, as one line; an update that repeats the status changes nothing."""
    words, last = [], "pending"
    for one in timeline.of("file.saved", "mail.sent", "row.updated"):
        detail, word = one.detail, one.kind
        if one.kind == "row.updated":
            status = detail["row"].get("status")
            if detail["table"] != "reports" or status == last:
                continue
            word = last = str(status)
        elif one.kind == "file.saved" and detail["path"] != f"reports/{job_id}.csv":
            continue
        words.append(word)
    return " ── ".join(words)


def builds(timeline: Timeline) -> int:
    """How often `build_report` began, as far as it is seen: in another program it is not."""
    return sum(bool(one.detail.get("given")) for one in timeline.of("clock.slept"))


def names(job_id: str, *texts: str) -> bool:
    """Whether a text names this job: the id as a word, not some digits of another."""
    word = re.compile(rf"(?<![^\W_]){re.escape(job_id)}(?![^\W_])", re.IGNORECASE)
    return any(word.search(text) for text in texts)


def report_for(order: dict[str, str]) -> bytes:
    """The bytes that `build_report` gives for an order, without its wait."""
    first, last = (datetime.date.fromisoformat(order[key]) for key in ("start", "end"))
    with patch.object(report, "time", _NoTime):
        return report.build_report(first, last)


class _NoTime:
    @staticmethod
    def sleep(_seconds: float) -> None:
        """The suite needs the bytes, not the wait."""
