"""Hidden checks of exercise 1: the welcome email."""

import asyncio
from urllib.parse import quote

import pytest

from grader.expect import answers, containing, event, exactly, in_order, never, that
from grader.suites.words import (
    RESPONSE,
    a_user,
    addressed_to,
    expect_one_attempt,
    expect_unknown,
    holding,
)

check = pytest.mark.check


def page_of(registered):
    """Where a user is found who was registered with this answer."""
    return f"/users/{quote(str(registered.json()['id']))}"


def logged(action, email=None):
    """An audit entry of this action; with an email, one that carries it."""
    if email is None:
        return event("audit.recorded", action, action=action)
    return event("audit.recorded", f"{action} with {email}", action=action, details=holding(email))


@check(task=1, points=1)
async def test_user_can_be_read_back(client):
    """a registered user can be read back under the id of the answer"""
    user = a_user()
    registered = await client.post("/users", json=user)
    assert registered == answers(201, **user)
    found = await client.get(page_of(registered))
    assert found == answers(200, id=registered.json()["id"], **user)


@check(task=1, points=1)
async def test_unknown_user_is_404(client):
    """an id that nobody has gives 404"""
    registered = await client.post("/users", json=a_user())
    assert registered == answers(201)
    assert await client.get(page_of(registered)) == answers(200)
    await expect_unknown(client, "/users/{}", registered.json()["id"])


@check(task=1, points=1)
async def test_row_holds_name_and_email(client, timeline):
    """the row in `users` holds name and email, before the response starts"""
    user = a_user()
    await client.post("/users", json=user)
    words = f"in users with name={user['name']} and email={user['email']}"

    def fits(row):
        return all(holding(value)({name: row.get(name)}) for name, value in user.items())

    row = event("row.inserted", words, table="users", row=fits)
    assert timeline == in_order(row, "response.started")


@check(task=1, points=1)
async def test_bad_input_leaves_no_trace(client, app, timeline):
    """bad input gets 422 and leaves no trace"""
    user = a_user()
    because = "This body is not what the page asks for, and has to be refused with 422."
    bodies = [{"name": user["name"]}, {"email": user["email"]}]
    bodies += [{**user, "name": name} for name in (7, None)]
    bodies += [{**user, "email": email} for email in ("nobody", "@example.com")]
    for bad in bodies:
        assert await client.post("/users", json=bad) == answers(422, because=because)
    await app.settle()
    for trace in ("row.inserted", "mail.sent", "audit.recorded"):
        assert timeline == never(trace, because="A refused request must leave nothing behind.")
    assert await client.post("/users", json=user) == answers(201)
    await app.settle()
    assert timeline == exactly(1, event("row.inserted", "in users", table="users"))


@check(task=2, points=1)
async def test_mail_welcomes_by_name(client, app, timeline):
    """the subject contains "Welcome", the body the name, and it goes to that address"""
    user = a_user()
    user["name"] += ", 100% van der Meer-Castellanos"  # names are longer than you think
    await client.post("/users", json=user)
    await app.settle()
    mail = event(
        "mail.sent",
        f"to {user['email']}, subject with “Welcome”, body with “{user['name']}”",
        to=addressed_to(user["email"]),
        subject=containing("welcome"),
        body=containing(user["name"]),
    )
    assert timeline == exactly(1, mail, because=_about(app, user))
    assert timeline == exactly(1, "mail.sent", because="More than one mail was sent.")


@check(task=2, points=1)
async def test_each_user_gets_a_mail(client, app, timeline):
    """three users who register at the same time get one mail and one audit entry each"""
    users = [a_user() for _ in range(3)]
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
        mail = event("mail.sent", f"to {user['email']}", to=containing(user["email"]))
        assert timeline == exactly(1, mail, because=because)
        because = mixed if len(timeline.of("audit.recorded")) == 3 else None
        entry = logged("user_registered", user["email"])
        assert timeline == exactly(1, entry, because=_about_entries(timeline, user) or because)
    assert timeline == exactly(3, "mail.sent", because="Somebody got mail that was not theirs.")


@check(task=2, points=1)
async def test_answer_does_not_wait(client, app, timeline, clock):
    """the answer does not wait for a slow mailer, and the work stays under 10 s"""
    app.desk.mailer.slow()
    await client.post("/users", json=a_user())
    await app.settle()
    assert timeline == in_order("response.started", "response.sent", "mail.sent")
    because = "Background work has to stay under 10 s of waiting."
    assert clock.slept_s == that(lambda slept: slept < 10, "less than 10 s slept", because)


@check(task=3, points=1)
async def test_audit_waits_for_a_slow_mail(client, app, timeline):
    """the audit entry is written after the mail, also when the mail takes long"""
    app.desk.mailer.slow()
    await client.post("/users", json=a_user())
    await app.settle()
    entry = logged("user_registered")
    because = "The entry did not wait for the mail: both ran at the same time, or in another order."
    both = timeline.of("mail.sent") and timeline.of("audit.recorded")
    assert timeline == in_order("mail.sent", entry, because=because if both else None)


@check(task=3, points=1)
async def test_audit_carries_the_email(client, app, timeline):
    """one audit entry `user_registered`, which carries the email"""
    user = a_user()
    await client.post("/users", json=user)
    await app.settle()
    entry = logged("user_registered")
    assert timeline == exactly(1, entry)
    with_email = logged("user_registered", user["email"])
    because = "The entry is there, but the email of the user is not in it."
    assert timeline == exactly(1, with_email, because=because)


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
async def test_mail_failure_is_audited(client, app, mailer, timeline):
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


@check(task=4, points=1)
async def test_next_registration_is_unaffected(client, app, mailer, timeline):
    """after a failed mail the next registration works as if nothing had happened"""
    first = a_user()
    assert await client.post("/users", json=first) == answers(201)
    await app.settle()
    mail = event("mail.sent", f"to {first['email']}", to=containing(first["email"]))
    assert timeline == in_order(mail, logged("user_registered", first["email"]))
    because = "The failure of one mail reached into the next registration."
    for count in range(1, 5):
        mailer.fail_next()
        assert await client.post("/users", json=a_user()) == answers(201)
        await app.settle()
        assert timeline == exactly(count, "mail.refused", because=because)
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
    for unlike in (email[1:], email.replace("@", "+books@"), a_user()["email"]):
        user = {"name": "Somebody", "email": unlike}
        assert await client.post("/users", json=user) == answers(201, because=because)


@check(task=5, points=1)
async def test_refused_email_leaves_no_trace(client, app, mailer, timeline):
    """a refused registration sends nothing, logs nothing and stores nothing"""
    taken, later, unsent = a_user(), a_user(), a_user()
    first = await client.post("/users", json=taken)
    assert first == answers(201)
    assert await client.post("/users", json=later) == answers(201)
    await app.settle()
    because = "Somebody has this email already, though not the one who came last."
    assert await client.post("/users", json=taken) == answers(409, because=because)
    mailer.fail_next()
    registered = await client.post("/users", json=unsent)
    await app.settle()
    was = await client.get(page_of(first))
    traces = ("row.inserted", "row.updated", "mail.sent", "audit.recorded")
    before = {trace: len(timeline.of(trace)) for trace in traces}
    if await _is_there(client, registered):
        again = await client.post("/users", json=unsent)
        because = "The welcome mail failed, the registration did not: this email is taken."
        if again.status_code == 201:
            assert again == answers(409, because=because)
    await client.post("/users", json={**taken, "name": "Somebody Else"})
    await app.settle()
    because = "The second registration was refused, and changed the user who has the email."
    now = await client.get(page_of(first))
    assert now.text == that(was.text, "the same answer as before", because)
    because = "The second registration was refused, and left this behind all the same."
    for trace in traces:
        assert timeline == exactly(before[trace], trace, because=because)


async def _is_there(client, registered):
    """Whether this registration is one, whatever became of its mail: task 4 is about that."""
    if registered.status_code != 201:
        return False
    return (await client.get(page_of(registered))).status_code == 200


def _about(app, user):
    for mail in app.desk.mailer.sent:
        if "welcome" not in mail.subject.lower():
            return f"The subject was {mail.subject[:60]!r}."
        if user["name"].lower() not in mail.body.lower():
            return f"The body was {mail.body[:80]!r}: the name is not in it."
        if not addressed_to(user["email"])(mail.to):
            return f"The mail went to {mail.to[:60]!r}."
    return "More than one mail was sent." if app.desk.mailer.sent else "No mail was sent."


def _about_entries(timeline, user):
    entries = [entry.detail for entry in timeline.of("audit.recorded")]
    named = [one for one in entries if one["action"] == "user_registered"]
    own = sum(holding(user["email"])(one["details"]) for one in named)
    if len(named) == 3 and not own:
        return "The entries are there, but the email of the user is not in them."
    return "One registration was logged more than once." if own > 1 else None
