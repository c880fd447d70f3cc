"""Hidden checks of exercise 2, task 2: the report, its file and its mail."""

import secrets

import pytest

from grader.expect import answers, containing, event, exactly, in_order, that
from grader.suites.jobs import (
    an_order,
    builds,
    ordered,
    report_for,
    status,
    steps,
)
from grader.suites.words import (
    RESPONSE,
    addressed_to,
    expect_short_waiting,
    saved_or_failed,
)

check = pytest.mark.check
BUILD_SECONDS = 3  # as the page says: beside the test an app could change it in the module


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
    because = "The report was built more than once."
    assert builds(timeline) == that(lambda times: times <= 1, "one build", because)
    begun, ended = ([e.at_s for e in timeline if one.matches(e)] for one in (running, saved))
    because = "The report was there sooner than `build_report`, as it is given, can build it."
    took = that(lambda seconds: seconds >= BUILD_SECONDS - 0.5, "3 s", because)
    if building or not app.desk.programs:  # another program's Python does not wait
        assert ended[0] - begun[0] == took
    expect_short_waiting(clock.slept_s)


@check(task=2, points=1)
async def test_file_holds_the_report(client, app, storage, clock):
    """the saved file, and the one that is served, hold the bytes of build_report, as text/csv"""
    order = an_order(start="2024-01-02", end=f"2024-12-{secrets.choice(range(10, 31))}")
    job_id = await ordered(client, order)
    await app.settle()
    want = report_for(order)
    saved = storage.files.get(f"reports/{job_id}.csv")
    because = "The file is not what build_report returns for the dates of this order."
    if saved is None:
        because = f"There is no file `reports/{job_id}.csv`."
    assert saved == that(want, f"{len(want)} bytes of CSV", because)
    slept_s = clock.slept_s
    for _ in range(2):
        served = await client.get(f"/reports/{job_id}/file")
        assert served == answers(200)
        assert served.content == that(want, f"{len(want)} bytes of CSV", because)
    because = "To download the report it was built once more."
    assert clock.slept_s == that(slept_s, "no wait for a download", because)
    kind = served.headers.get("content-type", "none")
    because = "The answer has to say that it is CSV: `media_type`, or a header, does that."
    assert kind == that(lambda text: text.split(";")[0].strip() == "text/csv", "text/csv", because)
    # What was kept of an order that is over must not serve for one that shares a day with it.
    over_the_year = an_order(start=order["start"], end="2025-03-01")
    later = [over_the_year, an_order(start="2024-01-03", end=order["end"])]
    ids = [await ordered(client, other) for other in later]
    await app.settle()
    for job_id, other in zip(ids, later, strict=True):
        because = f"The report is not the one from {other['start']} to {other['end']}."
        saved = storage.files.get(f"reports/{job_id}.csv")
        assert saved == that(report_for(other), "the report of its own order", because)


@check(task=2, points=1)
async def test_one_mail_names_the_job(client, app, timeline):
    """one mail goes to the address of the order and names the job id"""
    order = an_order()
    job_id = await ordered(client, order)
    await app.settle()
    await client.get(f"/reports/{job_id}")
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
    over = saved_or_failed(timeline, "reports", job_id)
    await app.until(lambda: clock.held or storage.save_faults.held or over())
    if clock.held and not timeline.of("row.updated"):  # a pause before the work begins
        clock.release()
        await app.until(lambda: storage.save_faults.held or over())
    if clock.held or storage.save_faults.held:
        status_now = await client.get(f"/reports/{job_id}")
        assert status_now == answers(200, job_id=job_id, status="running")
        assert await client.get(f"/reports/{job_id}/file") == answers(409)
    clock.release()
    storage.save_faults.release()
    await app.settle()
    assert await client.get(f"/reports/{job_id}/file") == answers(200)
    because = "The job is done, and its status still says what it said before."
    assert await client.get(f"/reports/{job_id}") == answers(200, because=because, status="done")
