"""Hidden checks of exercise 2, tasks 5 and 6: bad orders, and many at once."""

from datetime import date, timedelta

import pytest

from grader.expect import answers, containing, event, never, that
from grader.suites.jobs import (
    an_order,
    names,
    ordered,
    report_for,
)

check = pytest.mark.check
STOOD_STILL = (
    "The report was built on the event loop itself, so no other request could be answered:"
    " a plain `def` task, or asyncio.to_thread, keeps the loop free."
)


@check(task=5, points=1)
async def test_bad_orders_leave_no_trace(client, app, storage, timeline):
    """`end` before `start`, or a bad field, is 422 and leaves no trace; one day is a range"""
    good = an_order(start="2024-02-29", end="2024-02-29")
    bad = [an_order(start="2024-05-02", end="2024-05-01")]
    bad += [an_order(email="nobody"), an_order(email="@example.com")]
    bad += [an_order(start="soon"), an_order(start="2023-02-30")]
    bad += [_without(good, key) for key in good]
    for order in bad:
        assert await client.post("/reports", json=order) == answers(422)
    await app.settle()
    for trace in ("row.inserted", "file.saved", "mail.sent", "audit.recorded"):
        assert timeline == never(trace, because="A refused order must leave nothing behind.")
    orders = [good, an_order(start="2024-12-20", end="2025-01-10")]
    orders.append(an_order(start="2025-11-01", end="2031-03-01"))  # long, and not over yet
    ids = [await ordered(client, order) for order in orders]
    await app.settle()
    for job_id, order in zip(ids, orders, strict=True):
        assert await client.get(f"/reports/{job_id}") == answers(200, status="done")
        because = f"The report is not the one from {order['start']} to {order['end']}."
        saved = storage.files.get(f"reports/{job_id}.csv", report_for(order))
        assert saved == that(report_for(order), "the report of its own order", because)


@check(task=5, points=1)
async def test_two_jobs_are_kept_apart(client, app, storage, clock, mailer):
    """orders at the same time, even equal ones, are jobs of their own, each with file and mail"""
    clock.hold()
    first, other = an_order(), an_order()
    longer = {**first, "end": _days_after(first["end"], 3)}
    orders = [first, longer, {**first, "email": other["email"]}, first]
    ids = [await ordered(client, order) for order in orders]
    because = "Each order is a job of its own, with an id of its own."
    assert ids == that(lambda ids: len(set(ids)) == len(ids), "four ids, no two alike", because)
    clock.release()
    await app.settle()
    # What was kept for an order that is over must not serve for one that shares a day with it.
    changes = {"end": _days_after(first["end"], 5)}, {"start": _days_after(first["start"], 1)}
    later = [{**first, **change} for change in changes]
    ids += [await ordered(client, order) for order in later]
    orders += later
    await app.settle()
    for job_id, order in zip(ids, orders, strict=True):
        found = await client.get(f"/reports/{job_id}")
        because = "There are four jobs at the same time, and two later; each has to end as `done`."
        assert found == answers(200, because=because, job_id=job_id, status="done")
        because = f"The file `reports/{job_id}.csv` is not the report of this job's own order."
        saved = storage.files.get(f"reports/{job_id}.csv", b"")
        assert saved == that(report_for(order), "the report of its own order", because)
        mails = [mail for mail in mailer.sent if containing(order["email"])(mail.to)]
        about = sum(names(job_id, mail.subject, mail.body) for mail in mails)
        because = f"So many mails go to {order['email']} and name the job {job_id}."
        assert about == that(1, "one mail for each job", because)
        because = "The file that is served is the report of another order."
        served = (await client.get(f"/reports/{job_id}/file")).content
        others = [data for data in map(report_for, orders) if data != report_for(order)]
        assert served == that(lambda data, no=others: data not in no, "its own report", because)


@check(task=6, points=1)
async def test_answers_while_building(client, app, clock, timeline):
    """while a report is built, the server answers other requests"""
    clock.hold()
    job_id = await ordered(client, an_order())
    await app.until(lambda: len(timeline.of("clock.slept", "file.saved", "request.finished")) > 0)
    on_loop = event("clock.slept", "on the event loop", blocking=True)
    assert timeline == never(on_loop, because=STOOD_STILL)
    assert await client.get(f"/reports/{job_id}") == answers(200)
    because = "A second order was not taken while the first report was being built."
    second = await client.post("/reports", json=an_order())
    assert second == answers(202, because=because)
    clock.release()
    await app.settle()
    assert timeline == never(on_loop, because=STOOD_STILL)


def _without(order, key):
    return {name: value for name, value in order.items() if name != key}


def _days_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()
