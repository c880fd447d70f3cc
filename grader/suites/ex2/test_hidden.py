"""Hidden checks of exercise 2: the report generator."""

import pytest

from exercises.ex2 import report
from grader.expect import answers, containing, event, exactly, in_order, never, that
from grader.suites.ids import why_guessable
from grader.suites.jobs import an_order, has_reason, names, report_for, steps, why_not_failed
from grader.suites.words import (
    RESPONSE,
    a_user,
    addressed_to,
    changed,
    expect_one_attempt,
    expect_unknown,
    holding,
    saved_or_failed,
)

check = pytest.mark.check


def without_sales():
    """A range before the first sale."""
    return an_order(start="2001-02-03", end="2001-03-04")


def status(word, *values):
    """The row's status becomes `word`; the row holds `values`."""

    def fits(row):
        return row.get("status") == word and holding(*values)(row)

    return event("row.updated", f"{word} in `reports`", table="reports", row=fits)


async def ordered(client, order):
    """The job id of a new job."""
    response = await client.post("/reports", json=order)
    assert response == answers(202, job_id=lambda job_id: isinstance(job_id, str) and job_id != "")
    return response.json()["job_id"]


@check(task=1, points=1)
async def test_pending_row_before_response(client, app, storage, timeline):
    """before the response starts a row with status `pending` holds the job id"""
    job_id = await ordered(client, an_order())

    def pending(row):
        return row.get("status") == "pending" and holding(job_id)(row)

    row = event("row.inserted", "pending in `reports` with the id", table="reports", row=pending)
    assert timeline == in_order(row, "response.started")
    await app.settle()
    assert len(storage.rows("reports")) == that(1, "one row", "One order has one row.")


@check(task=1, points=1)
async def test_job_ids_cannot_be_guessed(client, app):
    """job ids are unique and cannot be guessed"""
    order = an_order()
    ids = []
    for _ in range(4):
        ids.append(await ordered(client, order))
        await app.settle()
    why = why_guessable(ids)
    assert ids == that(lambda _ids: why is None, "four ids that nobody can guess", why)


@check(task=1, points=1)
async def test_unknown_job_is_404(client, app):
    """an id that was never given out gives 404, for the status and for the file"""
    job_id = await ordered(client, an_order())
    await app.settle()
    assert await client.get(f"/reports/{job_id}") == answers(200, job_id=job_id, status="done")
    for page in ("/reports/{}", "/reports/{}/file"):
        await expect_unknown(client, page, job_id, like=("1", job_id[: len(job_id) // 2]))


@check(task=2, points=2)
async def test_steps_in_order(client, app, storage, mailer, clock, timeline):
    """after the response: running, build, file, done, mail, in this order even when all is slow"""
    storage.slow_saves()
    mailer.slow()
    job_id = await ordered(client, an_order())
    await app.settle()
    saved = event("file.saved", f"reports/{job_id}.csv", path=f"reports/{job_id}.csv")
    running, done = status("running", job_id), status("done", job_id)
    # A build in another process may sleep unseen; the file's bytes prove it in another check.
    building = ["clock.slept"] if timeline.of("clock.slept") else []
    assert timeline == in_order(RESPONSE, running, *building, saved, done, "mail.sent")
    because = "Something was done before the report was built, or done twice."
    want = "running ── file.saved ── done ── mail.sent"
    assert steps(timeline, job_id) == that(want, want, because)
    sleeps = [one.detail["seconds"] for one in timeline.of("clock.slept")]
    once = that(lambda builds: builds <= 1, "one build", "The report was built more than once.")
    assert sleeps.count(report.QUERY_SECONDS) == once
    because = "Background work has to stay under 10 s of waiting."
    assert clock.slept_s == that(lambda slept: slept < 10, "less than 10 s slept", because)


@check(task=2, points=1)
async def test_file_holds_the_report(client, app, storage):
    """the saved file, and the one that is served, hold the bytes of build_report, as text/csv"""
    order = an_order(days=120)
    job_id = await ordered(client, order)
    await app.settle()
    want = report_for(order)
    saved = storage.files.get(f"reports/{job_id}.csv")
    because = "The file is not what build_report returns for the dates of this order."
    if saved is None:
        because = f"There is no file `reports/{job_id}.csv`."
    assert saved == that(want, f"{len(want)} bytes of CSV", because)
    for _ in range(2):
        served = await client.get(f"/reports/{job_id}/file")
        assert served == answers(200)
        assert served.content == that(want, f"{len(want)} bytes of CSV", because)
    kind = served.headers.get("content-type", "none")
    assert kind == that(
        lambda text: text.split(";")[0].strip() == "text/csv", "content-type text/csv"
    )


@check(task=2, points=1)
async def test_one_mail_names_the_job(client, app, timeline):
    """one mail goes to the address of the order and names the job id"""
    order = an_order()
    job_id = await ordered(client, order)
    await app.settle()
    assert timeline == exactly(1, "mail.sent", because="There has to be one mail, and one only.")
    mail = timeline.of("mail.sent")[0].detail
    assert mail["to"] == that(addressed_to(order["email"]), order["email"])
    because = "The job id is neither in the subject nor in the body."
    text = f"{mail['subject']}\n{mail['body']}"
    assert text == that(containing(job_id), f"a text with {job_id}", because)


@check(task=2, points=1)
async def test_file_is_409_until_done(client, app, storage, clock, timeline):
    """until the report is saved the status is `running` and the file is 409"""
    clock.hold()
    storage.save_faults.hold()  # a build in another process sleeps unseen
    job_id = await ordered(client, an_order())
    await app.until(lambda: clock.held or storage.save_faults.held or saved_or_failed(timeline))
    if clock.held and not timeline.of("row.updated"):  # a pause before the work begins
        clock.release()
        await app.until(lambda: storage.save_faults.held or saved_or_failed(timeline))
    if clock.held or storage.save_faults.held:
        status_now = await client.get(f"/reports/{job_id}")
        assert status_now == answers(200, job_id=job_id, status="running")
        assert await client.get(f"/reports/{job_id}/file") == answers(409)
    clock.release()
    storage.save_faults.release()
    await app.settle()
    assert await client.get(f"/reports/{job_id}/file") == answers(200)


@check(task=3, points=1)
async def test_failed_build_is_recorded(client, app, timeline, storage):
    """when building fails: status `failed` with a reason in the row, no file, no mail"""
    job_id = await ordered(client, without_sales())
    await app.settle()
    await _is_failed(client, storage, job_id, timeline)
    sleeps = [one.detail["seconds"] for one in timeline.of("clock.slept")]
    because = "A build that failed was tried again."
    once = that(lambda builds: builds <= 1, "one build", because)
    assert sleeps.count(report.QUERY_SECONDS) == once
    assert timeline == never("file.saved")
    assert timeline == never("mail.sent", because="A failed report was announced.")
    assert await client.get(f"/reports/{job_id}/file") == answers(409)


@check(task=3, points=1)
async def test_failed_save_is_recorded(client, app, timeline, storage):
    """when saving fails: status `failed` with a reason, no mail, and never `done`"""
    storage.fail_next_save()
    job_id = await ordered(client, an_order())
    await app.settle()
    await _is_failed(client, storage, job_id, timeline)
    because = "The row said `done` although the file was not saved."
    assert timeline == never(status("done"), because=because)
    assert timeline == never("mail.sent", because="A failed report was announced.")
    again = await ordered(client, an_order())
    await app.settle()
    assert await client.get(f"/reports/{again}") == answers(200, status="done")


@check(task=4, points=2)
async def test_failed_mail_keeps_the_report(client, app, mailer, timeline):
    """when only the mail fails: status stays `done`, audit entry `report_email_failed`"""
    mailer.fail_next()
    order = an_order()
    job_id = await ordered(client, order)
    await app.settle()
    expect_one_attempt(timeline)
    because = "The mail failed; the report did not. Its status has to be `done`."
    assert await client.get(f"/reports/{job_id}") == answers(200, because=because, status="done")
    kept = await client.get(f"/reports/{job_id}/file")
    assert kept == answers(200)
    assert timeline == never(status("failed"), because=because)
    entry = event(
        "audit.recorded",
        "report_email_failed with the job id",
        action="report_email_failed",
        details=holding(job_id),
    )
    failures = event("audit.recorded", "report_email_failed", action="report_email_failed")
    assert timeline == exactly(1, failures, because="Nobody can find out that this mail failed.")
    because = "The entry does not say whose mail failed: the job id is not in it."
    assert timeline == exactly(1, entry, because=because)
    again = await ordered(client, {**order, "email": a_user()["email"]})
    await app.settle()
    because = "The file of the report whose mail failed is not the one that was saved."
    same = (await client.get(f"/reports/{again}/file")).content
    assert kept.content == that(same, f"{len(same)} bytes, as for the same dates", because)
    because = "The next mail did leave, and yet the log says that it failed."
    assert timeline == exactly(1, failures, because=because)


@check(task=5, points=1)
async def test_bad_orders_leave_no_trace(client, app, timeline):
    """`end` before `start`, or a bad field, is 422 and leaves no trace; one day is a range"""
    day = an_order()["start"]
    good = an_order(start=day, end=day)
    bad = [an_order(start="2024-05-02", end="2024-05-01")]
    bad += [an_order(email="nobody"), an_order(email="@example.com")]
    bad += [an_order(start="soon"), an_order(start="2023-02-30")]
    bad += [_without(good, key) for key in good]
    for order in bad:
        assert await client.post("/reports", json=order) == answers(422)
    await app.settle()
    for trace in ("row.inserted", "file.saved", "mail.sent", "audit.recorded"):
        assert timeline == never(trace, because="A refused order must leave nothing behind.")
    for order in (good, an_order(start="2024-12-20", end="2025-01-10")):
        job_id = await ordered(client, order)
        await app.settle()
        assert await client.get(f"/reports/{job_id}") == answers(200, status="done")


@check(task=5, points=1)
async def test_two_jobs_are_kept_apart(client, app, storage, clock, mailer):
    """orders at the same time, even equal ones, are jobs of their own, each with file and mail"""
    clock.hold()
    orders = [an_order() for _ in range(3)]
    orders.append(orders[0])
    ids = [await ordered(client, order) for order in orders]
    because = "Each order is a job of its own, with an id of its own."
    assert ids == that(lambda ids: len(set(ids)) == len(ids), "four ids, no two alike", because)
    clock.release()
    await app.settle()
    for job_id, order in zip(ids, orders, strict=True):
        found = await client.get(f"/reports/{job_id}")
        because = "This is one of four jobs at the same time; each of them has to end as `done`."
        assert found == answers(200, because=because, job_id=job_id, status="done")
        because = f"The file `reports/{job_id}.csv` is not the report of this job's own order."
        saved = storage.files.get(f"reports/{job_id}.csv", b"")
        assert saved == that(report_for(order), "the report of its own order", because)
        mails = [mail for mail in mailer.sent if containing(order["email"])(mail.to)]
        about = sum(names(job_id, mail.subject, mail.body) for mail in mails)
        because = f"So many mails go to {order['email']} and name the job {job_id}."
        assert about == that(1, "one mail for each job", because)


@check(task=6, points=1)
async def test_answers_while_building(client, app, clock, timeline):
    """while a report is built, the server answers other requests"""
    clock.hold()
    job_id = await ordered(client, an_order())
    await app.until(lambda: len(timeline.of("clock.slept", "file.saved", "request.finished")) > 0)
    because = (
        "The report was built on the event loop itself, so no other request could be answered:"
        " a plain `def` task, or asyncio.to_thread, keeps the loop free."
    )
    on_loop = event("clock.slept", "on the event loop", blocking=True)
    assert timeline == never(on_loop, because=because)
    assert await client.get(f"/reports/{job_id}") == answers(200)
    because = "A second order was not taken while the first report was being built."
    second = await client.post("/reports", json=an_order())
    assert second == answers(202, because=because)
    clock.release()
    await app.settle()


def _without(order, key):
    return {name: value for name, value in order.items() if name != key}


async def _is_failed(client, storage, job_id, timeline):
    found = await client.get(f"/reports/{job_id}")
    assert found == answers(200, because=why_not_failed(found, timeline), status="failed")
    row = storage.row("reports", job_id)
    because = "The row has no reason." if row else f"No row of `reports` holds the id {job_id}."
    assert row == that(
        lambda row: has_reason(changed(row, timeline, job_id), job_id),
        "a row that says why it failed",
        because,
    )
