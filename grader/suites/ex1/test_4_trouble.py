"""Hidden checks of exercise 1, tasks 4 and 5: refused mails, and emails in use."""

import pytest

from grader.expect import answers, containing, event, exactly, in_order, never, that
from grader.suites.users import is_there, logged, page_of
from grader.suites.words import (
    RESPONSE,
    a_user,
    expect_one_attempt,
    expect_short_waiting,
)

check = pytest.mark.check


@check(task=4, points=1)
async def test_mail_failure_is_201_all_the_same(client, app, mailer, timeline):
    """when the mailer fails, the answer is 201 all the same"""
    mailer.fail_next()
    response = await client.post("/users", json=a_user())
    refused = timeline.of("mail.refused")
    because = "The mailer failed and took the response with it." if refused else None
    assert response == answers(201, because=because)
    await app.settle()
    assert timeline == in_order(RESPONSE, "mail.refused")


@check(task=4, points=2)
async def test_mail_failure_is_audited(client, app, mailer, timeline, clock):
    """when the mailer fails, the log gets `user_registered` and also `welcome_email_failed`"""
    mailer.fail_next()
    user = a_user()
    await client.post("/users", json=user)
    await app.settle()
    expect_one_attempt(timeline)
    failed = logged("welcome_email_failed")
    registered = logged("user_registered")
    because = "The mail failed, and nothing in the audit log says so."
    said = any(map(failed.matches, timeline))
    assert timeline == exactly(1, failed, because=None if said else because)
    because = "Whatever becomes of the mail, the registration happened, and is logged once."
    assert timeline == exactly(1, registered, because=because)
    with_email = logged("welcome_email_failed", user["email"])
    because = "The entry `welcome_email_failed` does not say whose mail it was."
    assert timeline == exactly(1, with_email, because=because)
    with_email = logged("user_registered", user["email"])
    because = "The entry `user_registered` of a mail that failed does not say whose it was."
    assert timeline == exactly(1, with_email, because=because)
    expect_short_waiting(clock.slept_s, ", also when the mail fails")
    await client.post("/users", json=a_user())
    await app.settle()
    because = "The mail that was refused was sent again later, with the next one."
    again = event("mail.sent", f"to {user['email']}", to=containing(user["email"]))
    assert timeline == never(again, because=because)


@check(task=4, points=1)
async def test_next_registration_is_unaffected(client, app, mailer, timeline):
    """after a failed mail the next registration works as if nothing had happened"""
    first = a_user()
    registered = await client.post("/users", json=first)
    assert registered == answers(201)
    await app.settle()
    mail = event("mail.sent", f"to {first['email']}", to=containing(first["email"]))
    assert timeline == in_order(mail, logged("user_registered", first["email"]))
    because = "The failure of one mail reached into the next registration."
    for count in range(1, 5):
        mailer.fail_next()
        unlucky = a_user()
        unsent = await client.post("/users", json=unlucky)
        assert unsent == answers(201)
        await app.settle()
        assert timeline == exactly(count, "mail.refused", because=because)
    if await is_there(client, registered):
        because = "The mail to this user failed, and with it the user is no longer what it was."
        assert await client.get(page_of(unsent)) == answers(
            200, because=because, name=unlucky["name"]
        )
    because = "The failure of one mail reached into the next registration."
    failed = logged("welcome_email_failed")
    assert timeline == exactly(4, failed)
    user = a_user()
    assert await client.post("/users", json=user) == answers(201, because=because)
    await app.settle()
    mail = event("mail.sent", f"to {user['email']}", to=containing(user["email"]))
    entry = logged("user_registered", user["email"])
    assert timeline == in_order(mail, entry, because=because)
    assert timeline == exactly(4, failed, because=because)


@check(task=5, points=1)
async def test_letter_case_is_ignored(client, app):
    """letter case makes no difference to an email (409), any other letter does"""
    because = "The emails differ in letter case only, so this user is there already."
    for first, second in ((str.lower, str.upper), (str.title, str.lower)):
        email = f"x{a_user()['email']}"
        user = {"name": "Somebody", "email": first(email)}
        assert await client.post("/users", json=user) == answers(201)
        await app.settle()
        again = {"name": "Somebody Else", "email": second(email)}
        assert await client.post("/users", json=again) == answers(409, because=because)
    because = "Nobody has this email: it only resembles one that is taken."
    last = f"y{a_user()['email']}"
    unlike_it = [email[1:], email.replace("@", "+books@"), f"{email[:3]}.{email[3:]}"]
    unlike_it += [f"{email}.org", email.replace(".com", ".org"), f"{last}.org", last]
    for unlike in unlike_it:
        user = {"name": "Somebody", "email": unlike}
        assert await client.post("/users", json=user) == answers(201, because=because)
    because = "This email was registered a moment ago, in other letter case."
    user = {"name": "Somebody", "email": unlike_it[1].upper()}
    assert await client.post("/users", json=user) == answers(409, because=because)


@check(task=5, points=1)
async def test_refused_email_leaves_no_trace(client, app, mailer, timeline):
    """a refused registration sends nothing, logs nothing and stores nothing"""
    taken, later, unsent = a_user(), a_user(), a_user()
    mailer.faults.slow(100)
    first = await client.post("/users", json=taken)
    assert first == answers(201)
    because = "The welcome mail is on its way still; the user is there already."
    assert await client.post("/users", json=taken) == answers(409, because=because)
    mailer.faults.slow(0)
    assert await client.post("/users", json=later) == answers(201)
    await app.settle()
    because = "Somebody has this email already, though not the one who came last."
    assert await client.post("/users", json=taken) == answers(409, because=because)
    mailer.fail_next()
    registered = await client.post("/users", json=unsent)
    await app.settle()
    was, there = await client.get(page_of(first)), await is_there(client, registered)
    traces = ("row.inserted", "row.updated", "mail.sent", "audit.recorded")
    before = {trace: len(timeline.of(trace)) for trace in traces}
    if there:
        again = await client.post("/users", json=unsent)
        because = "The welcome mail failed, the registration did not: this email is taken."
        if again.status_code == 201:
            assert again == answers(409, because=because)
    because = "Somebody has this email already, whatever name comes with it."
    another = await client.post("/users", json={**taken, "name": "Somebody Else"})
    if another.status_code == 201:
        assert another == answers(409, because=because)
    await app.settle()
    because = "The second registration was refused, and left this behind all the same."
    for trace in traces:
        assert timeline == exactly(before[trace], trace, because=because)
    because = "The second registration was refused, and changed the user who has the email."
    now = await client.get(page_of(first))
    assert now.text == that(was.text, "the same answer as before", because)
    user = a_user()
    registered = await client.post("/users", json=user)
    if await is_there(client, first) and registered.status_code == 201:
        because = "After a registration that was refused, the next one cannot be read back."
        found = await client.get(page_of(registered))
        assert found == answers(200, because=because, name=user["name"])
