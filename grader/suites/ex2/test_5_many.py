"""Hidden checks of exercise 2, tasks 5 and 6: bad orders, and many at once."""

import asyncio
import contextlib
import json

import pytest

from grader.expect import answers, event, never, short, that
from grader.suites.jobs import (
    an_order,
    names,
    ordered,
    report_for,
    status,
)
from grader.suites.words import addressed_to

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
    bad += [an_order(email="nobody"), an_order(email="@example.com"), an_order(email="a b@c d")]
    bad += [an_order(start="soon"), an_order(start="2023-02-30")]
    bad += [_without(good, key) for key in good] + [{**good, key: None} for key in good]
    for order in bad:
        because = f"This order has to be refused: {short(json.dumps(order))}"
        assert await client.post("/reports", json=order) == answers(422, because=because)
    await app.settle()
    for trace in ("row.inserted", "file.saved", "mail.sent", "audit.recorded"):
        assert timeline == never(trace, because="A refused order must leave nothing behind.")
    orders = [good, an_order(start="2025-11-01", end="2031-03-01")]  # long, and not over yet
    ids = [await ordered(client, order) for order in orders]
    await app.settle()
    for job_id, order in zip(ids, orders, strict=True):
        assert await client.get(f"/reports/{job_id}") == answers(200, status="done")
        because = f"The report is not the one from {order['start']} to {order['end']}."
        saved = storage.files.get(f"reports/{job_id}.csv", report_for(order))
        assert saved == that(report_for(order), "the report of its own order", because)


def still_going(status):
    """The status of a job that waits, before it is built or meanwhile."""
    return status in ("pending", "running")


@check(task=5, points=1)
async def test_two_jobs_are_kept_apart(client, app, storage, clock, mailer, timeline):
    """orders at the same time, even equal ones, are jobs of their own, each with file and mail"""
    first, other = an_order(), an_order()
    crossed = [{**one, "email": two["email"]} for one, two in ((first, other), (other, first))]
    orders, quick = [first, other, *crossed], first
    clock.hold()
    app.desk.responses.hold()  # else the first may be well under way before the last comes in
    sent = [asyncio.ensure_future(ordered(client, order)) for order in orders]
    await _soon(app, lambda: app.desk.responses.held == len(sent), seconds=2)
    app.desk.responses.release()
    ids = await asyncio.gather(*sent)
    because = "Each order is a job of its own, with an id of its own."
    unlike = that(lambda ids: len(set(ids)) == len(ids), "ids of which no two are alike", because)
    assert ids == unlike
    await _soon(app, lambda: clock.held == len(ids) or app.desk.finished >= len(ids))
    # This comes when the app is quiet: who sleeps is held by then.
    await client.get(f"/reports/{ids[0]}")
    all_held = clock.held == len(ids)
    clock.hold_no_more()
    done = status("done", last := await ordered(client, quick))
    assert [*ids, last] == unlike
    if all_held:
        await _soon(app, lambda: any(map(done.matches, timeline)))
    for job_id in ids if all_held else ():
        found = await client.get(f"/reports/{job_id}")
        because = "Another job is done. This one is still being built, and has to say so."
        assert found == answers(200, because=because, job_id=job_id, status=still_going)
    clock.release()
    await app.settle()
    ids, orders = [*ids, last], [*orders, quick]
    for job_id, order in zip(ids, orders, strict=True):
        found = await client.get(f"/reports/{job_id}")
        because = "This is one of five jobs at the same time; each of them has to end as `done`."
        assert found == answers(200, because=because, job_id=job_id, status="done")
        because = f"The file `reports/{job_id}.csv` is not the report of this job's own order."
        saved = storage.files.get(f"reports/{job_id}.csv", b"")
        assert saved == that(report_for(order), "the report of its own order", because)
        mails = [mail for mail in mailer.sent if addressed_to(order["email"])(mail.to)]
        about = sum(names(job_id, mail.subject, mail.body) for mail in mails)
        because = f"{order['email']} has to get one mail that names the job {job_id}."
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


async def _soon(app, condition, seconds=1):
    """Wait for what another app may never do: one that builds a report at a time, say."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await app.until(condition)


def _without(order, key):
    return {name: value for name, value in order.items() if name != key}
