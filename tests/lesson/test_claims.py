"""What the pages say about the order of things, on the grader's own timeline."""

from __future__ import annotations

import pytest

from grader.expect import answers, event, exactly, in_order, never
from tests.lesson.scenarios import ADA, HOOK, SPECIMENS, WRONG, post, watched

AUDIT = "audit.recorded"


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/hello/after?email=ada@example.com", {}),
        ("/tasks?title=Test", {}),
        ("/notify", {"json": {**ADA, "text": "Tea?"}}),
        ("/orders", {"json": {**ADA, "item": "lamp"}}),
    ],
)
async def test_the_mail_leaves_after_the_response(app, timeline, path, options):
    """Every page's endpoint answers first."""
    await post(path, **options)(app)
    assert timeline == in_order("response.started", "response.sent", "mail.sent")
    assert timeline == exactly(1, "mail.sent")


async def test_before_is_before(app, timeline):
    """The first endpoint of page 1 keeps the client waiting for the mailer."""
    await post("/hello/before", params=ADA)(app)
    assert timeline == in_order("mail.sent", "response.started")


async def test_tasks_run_in_the_order_added(app, timeline):
    """Audit log, index, mail, statistics: one after the other, the row before the response."""
    await post("/tasks?title=Test")(app)
    assert timeline == in_order(
        event("row.inserted", "task", table="tasks"),
        "response.sent",
        event(AUDIT, "created", action="task_created"),
        event("row.inserted", "index", table="search_index"),
        "mail.sent",
        event("row.inserted", "analytics", table="analytics"),
    )


async def test_the_audit_log_can_be_read(app, client):
    """GET /logs/audit shows what the tasks wrote."""
    await post("/tasks?title=Test")(app)
    assert (await client.get("/logs/audit")).json() == [{"task_id": 1, "action": "task_created"}]


async def test_arguments_arrive_by_position_and_by_name(app, mailer):
    """The address and the text by position, the flag by name."""
    await post("/notify", json={**ADA, "text": "Tea?", "urgent": True})(app)
    assert [(m.to, m.subject, m.body) for m in mailer.sent] == [
        ("ada@example.com", "URGENT", "Tea?")
    ]


async def test_async_and_sync_tasks_run_in_order(app, timeline):
    """Neither of them keeps the server from answering."""
    await post("/process")(app)
    assert timeline == in_order(
        "response.sent",
        event(AUDIT, "asked", action="partner_asked"),
        event(AUDIT, "crunched", action="numbers_crunched"),
    )
    assert [slept.detail["blocking"] for slept in timeline.of("clock.slept")] == [False, False]


async def test_time_sleep_in_async_def_blocks_the_server(app, timeline):
    """Page 4's bad example stops the event loop."""
    await post("/process/badly")(app)
    assert [slept.detail["blocking"] for slept in timeline.of("clock.slept")] == [True]


async def test_others_are_answered_while_a_task_sleeps(app, client, clock, timeline):
    """With good tasks: the sleeper is held asleep, another request goes through."""
    clock.hold()
    await client.post("/process")
    assert await app.until(lambda: clock.held)
    assert await client.get("/logs/audit") == answers(200)
    assert timeline == never(event(AUDIT, "asked", action="partner_asked"))
    clock.release()
    await app.settle()
    assert timeline == exactly(1, event(AUDIT, "asked", action="partner_asked"))


async def test_a_dependency_adds_tasks_before_the_endpoint(app, client, timeline):
    """One list for the request: first what dependencies added, then the endpoint."""
    await client.get("/items")
    await app.settle()
    visited = event(AUDIT, "visited", action="visited")
    assert timeline == in_order("response.sent", visited, "row.inserted")


async def test_the_first_exception_ends_the_rest(app, client, timeline):
    """The client has its 202, the third task never runs, the next request is served."""
    assert await client.post("/risky") == answers(202)
    await app.settle()
    assert timeline == in_order("response.sent", "task.raised")
    assert timeline == never(AUDIT)
    assert await client.get("/logs/audit") == answers(200)


async def test_carefully_the_rest_still_runs(app, client, timeline):
    """The failure is written down, and the last task runs."""
    assert await client.post("/risky?careful=true") == answers(202)
    await app.settle()
    failed = event(AUDIT, "failed", action="task_failed", details=lambda d: d["task"] == "explode")
    assert timeline == in_order("response.sent", failed, event(AUDIT, "", action="cleaned_up"))
    assert timeline == never("task.raised")


async def test_a_pipeline_says_where_it_is(app, client, clock):
    """pending before the response, running while it runs, done at the end."""
    await post("/tasks?title=Test")(app)
    clock.hold()
    assert await client.post("/tasks/1/pipeline") == answers(202, status="pending")
    assert await app.until(lambda: clock.held)
    status = "/tasks/1/pipeline/status"
    assert await client.get(status) == answers(200, status="running", step="validate")
    clock.release()
    await app.settle()
    assert await client.get(status) == answers(200, status="done", step=None, reason=None)


async def test_a_pipeline_that_fails_says_why(app, client):
    """No status stays `running`."""
    await post("/tasks?title=Test")(app)
    await post("/tasks/1/pipeline?fail_at=enrich")(app)
    status = await client.get("/tasks/1/pipeline/status")
    assert status == answers(200, status="failed", step="enrich", reason="cannot enrich")


async def test_a_pipeline_needs_its_task(client):
    """An unknown task is 404, and so is a pipeline that was never started."""
    assert await client.post("/tasks/9/pipeline") == answers(404)
    assert await client.get("/tasks/9/pipeline/status") == answers(404)


async def test_an_order_stands_without_its_mail(app, client, mailer, timeline):
    """The answer is 201, and the audit log says what to make up for."""
    mailer.faults.fail_next()
    assert await client.post("/orders", json={**ADA, "item": "lamp"}) == answers(201)
    await app.settle()
    assert timeline == in_order("mail.refused", event(AUDIT, "", action="confirmation_failed"))


async def test_a_deletion_is_logged_once(app, client, timeline):
    """The second DELETE is 404 and leaves no entry."""
    await client.post("/users?name=Ada")
    assert (await client.delete("/users/1")).status_code == 204
    assert await client.delete("/users/1") == answers(404)
    await app.settle()
    assert timeline == exactly(1, event(AUDIT, "", action="user_deleted"))


async def test_an_upload_is_read_in_time(app, client):
    """Also under the grader, which closes uploads when the endpoint has returned."""
    sent = await client.post("/upload", files={"file": ("a.txt", b"one\ntwo\n")})
    await app.settle()
    got = await client.get(f"/upload/{sent.json()['upload_id']}")
    assert got == answers(200, status="done", lines=2)


async def test_every_subscriber_has_its_own_fate(app, client, web, timeline):
    """One is down, the two others get the event; each outcome is written down."""
    for name, status in (("a", 204), ("b", 500), ("c", 204)):
        web.post(HOOK.format(name)).respond(status)
        await client.post("/subscribers", params={"url": HOOK.format(name)})
    assert await client.post("/events", json={"name": "paid"}) == answers(202, subscribers=3)
    await app.settle()
    assert timeline == exactly(2, event(AUDIT, "", action="event_delivered"))
    assert timeline == exactly(1, event(AUDIT, "", action="event_failed"))
    assert {one.json["name"] for one in web.attempts} == {"paid"}


@pytest.mark.parametrize("name", sorted(WRONG))
async def test_the_slips_fail_the_check_that_pages_name(name):
    """Called instead of passed, or dropped: "the email leaves after the response" fails."""
    async with watched(SPECIMENS / f"{WRONG[name]}.py") as app:
        await post("/users", json={**ADA, "name": "Ada"})(app)
        order = in_order("response.started", "response.sent", "mail.sent")
        assert not app.desk.timeline == order
