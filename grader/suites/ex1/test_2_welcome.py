"""Hidden checks of exercise 1, tasks 2 and 3: the mail, and then the audit entry."""

import asyncio
import itertools

import pytest

from grader.expect import answers, containing, event, exactly, in_order, that
from grader.suites.users import about_entries, about_mail, logged, page_of
from grader.suites.words import (
    a_user,
    addressed_to,
    expect_short_waiting,
)

check = pytest.mark.check


@check(task=2, points=1)
async def test_mail_welcomes_by_name(client, app, timeline):
    """the subject contains "Welcome", the body the name, and it goes to that address"""
    user = a_user()
    user["name"] += ", 100% {0} van der Meer-Castellanos"  # names are longer than you think
    registered = await client.post("/users", json=user)
    because = "A name may be long, and may hold whatever a text may hold."
    assert registered == answers(201, because=because)
    await app.settle()
    mail = event(
        "mail.sent",
        f"to {user['email']}, subject with “Welcome”, body with “{user['name']}”",
        to=addressed_to(user["email"]),
        subject=containing("welcome"),
        body=containing(user["name"]),
    )
    assert timeline == exactly(1, mail, because=about_mail(app, user))
    assert timeline == exactly(1, "mail.sent", because="More than one mail was sent.")


@check(task=2, points=1)
async def test_each_user_gets_a_mail(client, app, timeline):
    """three users who register at the same time get one mail and one audit entry each"""
    users = [a_user() for _ in range(3)]
    users[2]["email"] = users[2]["email"].replace("example.com", "mail.example.co.uk")
    at_once = [client.post("/users", json=user) for user in users]
    for user, response in zip(users, await asyncio.gather(*at_once), strict=True):
        if response.status_code == 500:  # two took the same number as id: the page leaves that race
            response = await client.post("/users", json=user)
        assert response == answers(201)
    await app.settle()
    mixed = "Registrations at the same time were mixed up: they share something, or remember it."
    mails, emails = timeline.of("mail.sent"), [user["email"] for user in users]
    # No mail, two for each, or none to a user are mistakes that have nothing to do with the others.
    lost = len(mails) == 3 and all(one.detail["to"].lower() in emails for one in mails)
    for user in users:
        because = mixed if lost else None
        mail = event("mail.sent", f"to {user['email']}", to=addressed_to(user["email"]))
        assert timeline == exactly(1, mail, because=because)
        by_name = f"to {user['email']}, body with “{user['name']}”"
        body = containing(user["name"])
        mail = event("mail.sent", by_name, to=addressed_to(user["email"]), body=body)
        assert timeline == exactly(
            1, mail, because=f"The mail to {user['email']} has no such name."
        )
        because = mixed if len(timeline.of("audit.recorded")) == 3 else None
        entry = logged("user_registered", user["email"])
        assert timeline == exactly(1, entry, because=about_entries(timeline, user) or because)
    assert timeline == exactly(3, "mail.sent", because="Somebody got mail that was not theirs.")


@check(task=2, points=1)
async def test_answer_does_not_wait(client, app, timeline, clock):
    """the answer does not wait for a slow mailer, and the work stays under 10 s"""
    app.desk.mailer.slow()
    assert await client.post("/users", json=a_user()) == answers(201)
    await app.settle()
    assert timeline == in_order("response.started", "response.sent", "mail.sent")
    before = itertools.takewhile(lambda one: one.kind != "response.started", timeline)
    waited = sum(one.detail["seconds"] for one in before if one.kind == "clock.slept")
    because = "The client waited while your endpoint slept."
    assert waited == that(lambda seconds: seconds < 1, "an answer without a pause", because)
    expect_short_waiting(clock.slept_s)
    faults, done = app.desk.mailer.faults, app.desk.finished
    faults.hold()
    first = await client.post("/users", json=a_user())
    await app.until(lambda: faults.held or app.desk.finished > done)
    assert await client.post("/users", json=a_user()) == answers(201)
    if first.status_code == 201:
        await client.get(page_of(first))  # it has to be answered, whatever it says
    faults.release()
    await app.settle()


@check(task=3, points=1)
async def test_audit_waits_for_a_slow_mail(client, app, timeline):
    """the audit entry is written after the mail, also when the mail takes long"""
    app.desk.mailer.slow()
    assert await client.post("/users", json=a_user()) == answers(201)
    await app.settle()
    entry = logged("user_registered")
    because = "The entry did not wait for the mail: both ran at the same time, or in another order."
    both = timeline.of("mail.sent") and timeline.of("audit.recorded")
    assert timeline == in_order("mail.sent", entry, because=because if both else None)


@check(task=3, points=1)
async def test_audit_carries_the_email(client, app, timeline):
    """one audit entry `user_registered`, which carries the email"""
    user = a_user()
    assert await client.post("/users", json=user) == answers(201)
    await app.settle()
    entry = logged("user_registered")
    assert timeline == exactly(1, entry)
    with_email = logged("user_registered", user["email"])
    because = "The entry is there, but the email of the user is not in it."
    assert timeline == exactly(1, with_email, because=because)
