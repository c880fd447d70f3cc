"""Visible checks of exercise 4. Run them with: pytest exercises/ex4"""

import httpx
import pytest

from grader.expect import answers, event, exactly, in_order, that

check = pytest.mark.check
URL = "https://shop.example/hook"
PAID = {"url": URL, "payload": {"paid": 5}}


def attempted(answer):
    """An attempt that is answered like this."""
    return event("http.attempted", answer, answer=answer)


@check(task=1, points=2)
async def test_accepts_a_delivery(client, timeline):
    """a delivery is answered with 202 and an id, and its row is there before"""
    accepted = await client.post("/deliveries", json=PAID)
    assert accepted == answers(202, delivery_id=lambda delivery_id: isinstance(delivery_id, str))
    pending = event("row.inserted", "pending", table="deliveries", row=_is_pending)
    assert timeline == in_order(pending, "response.started")


@check(task=2, points=2)
async def test_sends_after_response(client, app, web, timeline):
    """the payload is sent after the response, once when the answer is 200"""
    web.post(URL).respond(200)
    await client.post("/deliveries", json=PAID)
    await app.settle()
    assert timeline == in_order("response.started", "response.sent", attempted("200"))
    assert timeline == exactly(1, "http.attempted")
    because = "The body of the call is not the payload as JSON."
    assert web.attempts[0].json == that({"paid": 5}, 'the body {"paid": 5}', because)


@check(task=3, points=2)
async def test_tries_again_after_a_pause(client, app, web, timeline):
    """after a 503 there is a pause, and then another attempt"""
    web.post(URL).mock(side_effect=[httpx.Response(503), httpx.Response(200)])
    await client.post("/deliveries", json=PAID)
    await app.settle()
    assert timeline == in_order(attempted("503"), attempted("200"))
    assert timeline == exactly(2, "http.attempted")
    pause = web.attempts[1].elapsed_s - web.attempts[0].elapsed_s
    assert pause == that(lambda seconds: seconds > 0.999, "at least 1 s between the attempts")


@check(task=3, points=2)
async def test_gives_up_after_three(client, app, web, timeline):
    """after three failed attempts the delivery is `failed`"""
    web.post(URL).respond(500)
    delivery_id = (await client.post("/deliveries", json=PAID)).json()["delivery_id"]
    await app.settle()
    assert timeline == exactly(3, attempted("500"))
    found = await client.get(f"/deliveries/{delivery_id}")
    assert found == answers(200, delivery_id=delivery_id, status="failed", attempts=3)


@check(task=4, points=2)
async def test_success_is_audited(client, app, web, timeline):
    """a delivery that arrives is audited as `delivery_succeeded`"""
    web.post(URL).respond(204)
    await client.post("/deliveries", json=PAID)
    await app.settle()
    succeeded = event("audit.recorded", "delivery_succeeded", action="delivery_succeeded")
    assert timeline == in_order(attempted("204"), succeeded)
    assert timeline == exactly(1, succeeded)


def _is_pending(row):
    return row.get("status") == "pending"
