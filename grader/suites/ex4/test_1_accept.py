"""Hidden checks of exercise 4, task 1: a delivery is accepted."""

import pytest

from grader.expect import answers, event, in_order, never, that
from grader.suites.deliveries import a_delivery, accepted
from grader.suites.words import expect_unknown, holding

check = pytest.mark.check


@check(task=1, points=1)
async def test_pending_row_before_response(client, app, web, storage, timeline):
    """before the response starts a row with status `pending` holds the delivery id"""
    delivery = a_delivery()
    web.post(delivery["url"]).respond(200)
    delivery_id = await accepted(client, delivery)

    def pending(row):
        return row.get("status") == "pending" and holding(delivery_id)(row)

    row = event("row.inserted", "pending, with the id", table="deliveries", row=pending)
    assert timeline == in_order(row, "response.started")
    await app.settle()
    assert storage.rows("deliveries") == that(lambda rows: len(rows) == 1, "one row")
    because = "The same url and payload once more are another delivery, with an id of its own."
    twin_id = await accepted(client, delivery)
    assert twin_id == that(lambda one: one != delivery_id, "an id of its own", because)


@check(task=1, points=1)
async def test_bad_input_leaves_no_trace(client, app, web, timeline):
    """bad input is 422 and leaves no trace; an unknown id is 404"""
    delivery = a_delivery()
    web.route().respond(200)
    bad = [{"url": delivery["url"]}, {"payload": {}}, {**delivery, "url": "ftp://example.com/x"}]
    bad += [{**delivery, "url": url} for url in ("not a url", "httpx://example.com/x")]
    bad += [{**delivery, "payload": "text"}]
    bad += [{**delivery, "payload": [1]}, {**delivery, "payload": None}]
    for body in bad:
        because = "This body is not what the page asks for, and has to be refused with 422."
        assert await client.post("/deliveries", json=body) == answers(422, because=because)
    await app.settle()
    for trace in ("row.inserted", "http.attempted", "audit.recorded"):
        assert timeline == never(trace, because="A refused delivery must leave nothing behind.")
    urls = (delivery["url"].replace("https:", "http:"), "http://localhost:8000/nowhere")
    good = ({"payload": {}}, *({"url": url} for url in urls))
    ids = [await accepted(client, {**delivery, **change}) for change in good]
    await app.settle()
    for delivery_id in ids:
        found = await client.get(f"/deliveries/{delivery_id}")
        assert found == answers(200, delivery_id=delivery_id)
    await expect_unknown(client, "/deliveries/{}", *ids, like=[ids[0][:-1]])
