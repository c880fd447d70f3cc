"""Hidden checks of exercise 2, tasks 3 and 4: what happens when a step fails."""

import pytest

from grader.expect import answers, event, exactly, never, that
from grader.suites.jobs import (
    an_order,
    builds,
    has_reason,
    ordered,
    status,
    steps,
    why_not_failed,
)
from grader.suites.words import (
    NO_REASON,
    a_user,
    changed,
    expect_one_attempt,
    expect_short_waiting,
    holding,
)

check = pytest.mark.check
MAIL_FAILED = event("audit.recorded", "report_email_failed", action="report_email_failed")


def without_sales():
    """A range before the first sale."""
    return an_order(start="2001-02-03", end="2001-03-04")


async def is_failed(client, storage, job_id, timeline):
    found = await client.get(f"/reports/{job_id}")
    assert found == answers(200, because=why_not_failed(found, timeline), status="failed")
    row = storage.row("reports", job_id)
    because = NO_REASON if row else f"No row of `reports` holds the id {job_id}."
    assert row == that(
        lambda row: has_reason(changed(row, timeline, job_id), job_id),
        "a row that says why it failed",
        because,
    )


@check(task=3, points=1)
async def test_failed_build_is_recorded(client, app, timeline, storage):
    """when building fails: status `failed` with a reason in the row, no file, no mail"""
    job_id = await ordered(client, without_sales())
    await app.settle()
    built = builds(timeline)
    done = len(timeline.of("row.updated", "clock.slept"))
    await is_failed(client, storage, job_id, timeline)
    because = "A build that failed was tried again."
    assert built == that(lambda times: times <= 1, "one build", because)
    await app.settle()
    because = "Somebody looked at the failed job, and with that it was tried again."
    looked = len(timeline.of("row.updated", "clock.slept"))
    assert looked == that(done, f"{done} updates and builds, as before", because)
    assert timeline == never("file.saved")
    assert timeline == never("mail.sent", because="A failed report was announced.")
    assert timeline == never(MAIL_FAILED, because="No mail failed here: the report did.")
    want = "running ── failed"
    because = "First the job is `running`, then `failed`, and it stays so."
    assert steps(timeline, job_id) == that(want, want, because)
    assert await client.get(f"/reports/{job_id}/file") == answers(409)
    expect_short_waiting(app.desk.clock.slept_s, ", also when the build fails")
    again, later = await ordered(client, an_order()), await ordered(client, without_sales())
    await app.settle()
    because = "A build had failed before, and this one did not end as `done`."
    assert await client.get(f"/reports/{again}") == answers(200, because=because, status="done")
    because = "It was `failed`, until another job was done."
    found = await client.get(f"/reports/{job_id}")
    assert found == answers(200, because=because, status="failed")
    because = "This is the second build that failed, and it was not recorded like the first."
    assert await client.get(f"/reports/{later}") == answers(200, because=because, status="failed")


@check(task=3, points=1)
async def test_failed_save_is_recorded(client, app, timeline, storage):
    """when saving fails: status `failed` with a reason, no mail, and never `done`"""
    storage.fail_next_save()
    job_id = await ordered(client, an_order())
    await app.settle()
    await is_failed(client, storage, job_id, timeline)
    because = "The row said `done` although the file was not saved."
    assert timeline == never(status("done"), because=because)
    assert timeline == never("mail.sent", because="A failed report was announced.")
    because = "The report was saved elsewhere: when saving fails, there is no file."
    assert timeline == never("file.saved", because=because)
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
    because = "The status was `done`, and changed once more when the mail had failed."
    after = steps(timeline, job_id).partition("done ── ")[2].split(" ── ")
    again = [word for word in after if word in ("pending", "running", "done")]
    assert again == that([], "no other status after `done`", because)
    entry = event(
        "audit.recorded",
        "report_email_failed with the job id",
        action="report_email_failed",
        details=holding(job_id),
    )
    because = "Nobody can find out that this mail failed."
    there = any(map(MAIL_FAILED.matches, timeline))
    assert timeline == exactly(1, MAIL_FAILED, because=None if there else because)
    because = "The entry does not say whose mail failed: the job id is not in it."
    assert timeline == exactly(1, entry, because=because)
    mailer.fail_next()  # one of the next two
    ids = [await ordered(client, {**order, "email": a_user()["email"]}) for _ in range(2)]
    await app.settle()
    for again in ids:
        because = "The file of the report whose mail failed is not the one that was saved."
        same = (await client.get(f"/reports/{again}/file")).content
        assert kept.content == that(same, f"{len(same)} bytes, as for the same dates", because)
        because = "Of two later jobs one mail failed. The report did not, and stays `done`."
        assert await client.get(f"/reports/{again}") == answers(200, because=because, status="done")
    because = "In all, two mails failed and one did leave: the log has to say so."
    assert timeline == exactly(2, MAIL_FAILED, because=because)
