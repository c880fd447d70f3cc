"""Hidden checks of exercise 1, task 1: who registers can be read back."""

import pytest

from grader.expect import answers, event, exactly, in_order, never
from grader.suites.users import page_of
from grader.suites.words import (
    a_user,
    expect_unknown,
    holding,
)

check = pytest.mark.check


@check(task=1, points=1)
async def test_user_can_be_read_back(client):
    """a registered user can be read back under the id of the answer"""
    users = [a_user() for _ in range(2)]
    registered = []
    for user in users:
        registered.append(await client.post("/users", json=user))
        assert registered[-1] == answers(201, **user)
    for user, answer in zip(users, registered, strict=True):
        found = await client.get(page_of(answer))
        assert found == answers(200, id=answer.json()["id"], **user)


@check(task=1, points=1)
async def test_unknown_user_is_404(client):
    """an id that nobody has gives 404"""
    registered = await client.post("/users", json=a_user())
    assert registered == answers(201)
    assert await client.get(page_of(registered)) == answers(200)
    given = str(registered.json()["id"])
    if given.isdecimal():  # who asked for the next number must not be remembered for it
        await client.get(f"/users/{int(given) + 1}")
        registered = await client.post("/users", json=(user := a_user()))
        because = "Nobody had this id, until now."
        found = await client.get(page_of(registered))
        assert found == answers(200, because=because, name=user["name"])
    await expect_unknown(client, "/users/{}", registered.json()["id"], like=[f"{given}x"])


@check(task=1, points=1)
async def test_row_holds_name_and_email(client, timeline):
    """the row in `users` holds name and email, before the response starts"""
    user = a_user()
    assert await client.post("/users", json=user) == answers(201)
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
    bodies += [{**user, "name": name} for name in (7, None, True, [user["name"]], {})]
    bodies += [
        {**user, "email": email} for email in ("nobody", "@example.com", "a b@c d", "", None, 5)
    ]
    for bad in bodies:
        assert await client.post("/users", json=bad) == answers(422, because=because)
    await app.settle()
    for trace in ("row.inserted", "mail.sent", "audit.recorded"):
        assert timeline == never(trace, because="A refused request must leave nothing behind.")
    assert await client.post("/users", json=user) == answers(201)
    await app.settle()
    inserted = event("row.inserted", "in users", table="users")
    assert timeline == exactly(1, inserted, because="One registration is one row in `users`.")
