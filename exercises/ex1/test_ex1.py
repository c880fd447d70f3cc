"""Visible checks of exercise 1. Run them with: pytest exercises/ex1"""

import pytest

from grader.expect import answers, containing, event, exactly, in_order

check = pytest.mark.check
ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
ROW_OF_ADA = event(
    "row.inserted",
    "of ada@example.com",
    table="users",
    row=lambda row: ADA["email"] in str(row).lower(),
)
MAIL_TO_ADA = event("mail.sent", "to ada@example.com", to=containing(ADA["email"]))
REGISTERED = event("audit.recorded", "user_registered", action="user_registered")


@check(task=1, points=2)
async def test_registers(client):
    """a registration is answered with 201 and the user"""
    registered = await client.post("/users", json=ADA)
    assert registered == answers(201, id=lambda user_id: user_id is not None, **ADA)


@check(task=1, points=2)
async def test_row_before_response(client, timeline):
    """the row in `users` is there before the response starts"""
    assert await client.post("/users", json=ADA) == answers(201)
    assert timeline == in_order(ROW_OF_ADA, "response.started")


@check(task=2, points=2)
async def test_mail_after_response(client, app, timeline):
    """the email leaves after the response"""
    await client.post("/users", json=ADA)
    await app.settle()
    assert timeline == in_order("response.started", "response.sent", "mail.sent")
    assert timeline == in_order("response.sent", MAIL_TO_ADA)


@check(task=3, points=2)
async def test_audit_after_mail(client, app, timeline):
    """the audit entry `user_registered` is written after the mail"""
    await client.post("/users", json=ADA)
    await app.settle()
    assert timeline == in_order("response.sent", "mail.sent", REGISTERED)


@check(task=5, points=2)
async def test_same_email_is_refused(client, app, timeline):
    """the same email again is answered with 409, and no second mail leaves"""
    assert await client.post("/users", json=ADA) == answers(201)
    assert await client.post("/users", json=ADA) == answers(409)
    await app.settle()
    assert timeline == exactly(1, "mail.sent")
