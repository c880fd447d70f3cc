"""Hidden checks of exercise 2, task 2: the report, its file and its mail."""

import pytest

from exercises.ex2 import report
from grader.expect import answers, containing, event, exactly, in_order, that
from grader.suites.jobs import (
    an_order,
    ordered,
    report_for,
    status,
    steps,
)
from grader.suites.words import (
    RESPONSE,
    addressed_to,
    saved_or_failed,
)

check = pytest.mark.check


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
