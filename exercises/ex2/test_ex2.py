"""Visible checks of exercise 2. Run them with: pytest exercises/ex2"""

import random

import pytest

from grader.expect import answers, event, in_order, never, that

check = pytest.mark.check
JANUARY = {"start": "2024-01-01", "end": "2024-01-31", "email": "ada@example.com"}


def status(word):
    """The row's status becomes `word`."""
    return event("row.updated", word, table="reports", row=lambda row: row.get("status") == word)


@check(task=1, points=2)
async def test_accepts_a_job(client, timeline):
    """an order is answered with 202 and a job id, and its row is there before"""
    ordered = await client.post("/reports", json=JANUARY)
    assert ordered == answers(202, job_id=lambda job_id: isinstance(job_id, str))
    pending = event("row.inserted", "pending", table="reports", row=_is_pending)
    assert timeline == in_order(pending, "response.started")


@check(task=2, points=2)
async def test_report_after_response(client, app, timeline):
    """the report is built after the response: running, build, file, done, mail"""
    await client.post("/reports", json=JANUARY)
    await app.settle()
    built = timeline.of("clock.slept")[:1]  # unseen when another process built the report
    building = [one.kind for one in built]
    assert timeline == in_order(
        "response.sent", status("running"), *building, "file.saved", status("done"), "mail.sent"
    )


@check(task=2, points=2)
async def test_report_can_be_fetched(client, app):
    """a finished report can be fetched as CSV"""
    first = random.randint(10, 30)
    ordered = await client.post("/reports", json={**JANUARY, "start": f"2024-01-{first}"})
    assert ordered == answers(202, job_id=lambda job_id: isinstance(job_id, str))
    job_id = ordered.json()["job_id"]
    await app.settle()
    assert await client.get(f"/reports/{job_id}") == answers(200, job_id=job_id, status="done")
    report = await client.get(f"/reports/{job_id}/file")
    assert report == answers(200)
    kind = report.headers.get("content-type", "none")
    assert kind == that(lambda kind: kind.startswith("text/csv"), "content-type text/csv")
    because = "Not what `build_report` returns, byte for byte: lines end in \\n, no mark in front."
    begin = f"date,orders,revenue\n2024-01-{first},"
    assert report.text == that(lambda text: text.startswith(begin), repr(begin), because)
    days = [line[:10] for line in report.text.splitlines()[1:]]
    assert days == that([f"2024-01-{day}" for day in range(first, 32)], "a line for each day")


@check(task=3, points=2)
async def test_no_data_is_failed(client, app, timeline):
    """an order without sales ends as `failed`, and no mail leaves"""
    ordered = await client.post(
        "/reports", json={**JANUARY, "start": "1999-01-01", "end": "1999-01-31"}
    )
    assert ordered == answers(202, job_id=lambda job_id: isinstance(job_id, str))
    await app.settle()
    job_id = ordered.json()["job_id"]
    assert await client.get(f"/reports/{job_id}") == answers(200, status="failed")
    assert timeline == never("mail.sent")


@check(task=5, points=2)
async def test_end_before_start_is_422(client, timeline):
    """`end` before `start` is answered with 422, and no row is written"""
    backwards = {**JANUARY, "start": "2024-02-01"}
    assert await client.post("/reports", json=backwards) == answers(422)
    assert timeline == never("row.inserted")
    assert await client.post("/reports", json=JANUARY) == answers(202)


def _is_pending(row):
    return row.get("status") == "pending"
