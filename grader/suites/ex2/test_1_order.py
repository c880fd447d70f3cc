"""Hidden checks of exercise 2, task 1: an order becomes a job."""

import pytest

from grader.expect import answers, event, in_order, that
from grader.suites.ids import why_guessable
from grader.suites.jobs import (
    an_order,
    ordered,
)
from grader.suites.words import (
    expect_unknown,
    holding,
)

check = pytest.mark.check
FIRST_ORDER = an_order()
first_ids: list[str] = []


@check(task=1, points=1)
async def test_pending_row_before_response(client, app, storage, timeline):
    """before the response starts a row with status `pending` holds the job id"""
    job_id = await ordered(client, FIRST_ORDER)
    first_ids.append(job_id)

    def pending(row):
        return row.get("status") == "pending" and holding(job_id)(row)

    row = event("row.inserted", "pending in `reports` with the id", table="reports", row=pending)
    assert timeline == in_order(row, "response.started")
    await app.settle()
    assert len(storage.rows("reports")) == that(1, "one row", "One order has one row.")


@check(task=1, points=1)
async def test_job_ids_cannot_be_guessed(client, app):
    """job ids are unique and cannot be guessed"""
    ids = [await ordered(client, FIRST_ORDER) for _ in range(4)]
    await app.settle()
    why = why_guessable(ids)
    assert ids == that(lambda _ids: why is None, "four ids that nobody can guess", why)
    because = "When the app was started before, its first job had this id: now it can be guessed."
    assert ids[0] == that(lambda given: given not in first_ids, "an id never given yet", because)


@check(task=1, points=1)
async def test_unknown_job_is_404(client, app):
    """an id that was never given out gives 404, for the status and for the file"""
    job_id = await ordered(client, an_order())
    await app.settle()
    assert await client.get(f"/reports/{job_id}") == answers(200, job_id=job_id, status="done")
    for page in ("/reports/{}", "/reports/{}/file"):
        await expect_unknown(client, page, job_id, like=("1", job_id[: len(job_id) // 2]))
