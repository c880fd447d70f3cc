"""Hidden checks of exercise 4: retry logic."""

import asyncio
import itertools

import httpx
import pytest
from httpx import Response

from grader.expect import answers, event, exactly, in_order, never, that
from grader.suites.deliveries import (
    OWN,
    a_delivery,
    all_pauses_s,
    attempts_to,
    audited,
    begun,
    carried,
    expect_attempts,
    stray,
    why_entries,
)
from grader.suites.words import expect_unknown, holding

check = pytest.mark.check
ANSWERS = (404, 410, 429)  # 503 is answered in a visible check
NEVER_BEGAN = "While one delivery pauses, the others have to go on: this one never began."
STOOD_STILL = (
    "A pause stopped the event loop, and with it every other delivery:"
    " time.sleep belongs into a plain `def` task, asyncio.sleep into an `async def` one."
)
FAILURES = (*map(Response, ANSWERS), httpx.ReadTimeout, httpx.ConnectError)


async def accepted(client, delivery):
    """The id of a new delivery."""
    response = await client.post("/deliveries", json=delivery)
    assert response == answers(202, delivery_id=lambda text: isinstance(text, str) and text != "")
    return response.json()["delivery_id"]


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
    await expect_unknown(client, "/deliveries/{}", *ids)


@check(task=2, points=1)
async def test_posts_the_payload_as_json(client, app, web, timeline):
    """the payload is POSTed as JSON to the url, after the response"""
    delivery, other = a_delivery(), a_delivery()
    delivery["url"] = delivery["url"].replace("hooks", "Hooks").replace("shop", "Shop")
    web.route().respond(201)
    await accepted(client, delivery)
    await app.settle()
    post = event("http.attempted", f"POST {delivery['url']}", method="POST", url=delivery["url"])
    assert timeline == in_order("response.started", "response.sent", post)
    because = "The body that arrived is not the payload as JSON."
    assert web.attempts[0].json == that(delivery["payload"], "the payload as JSON", because)
    kind = web.attempts[0].headers.get("content-type", "none")
    assert kind == that(lambda text: "application/json" in text, "content-type application/json")
    await accepted(client, {**delivery, "payload": other["payload"]})
    await app.settle()
    because = "A second delivery to the same url did not carry its own payload."
    assert web.attempts[-1].json == that(other["payload"], "the second payload", because)
    await accepted(client, {**other, "url": (bare := other["url"].partition("?")[0])})
    await app.settle()
    because = "The url is called as it was given, to its last letter, which is a slash here."
    assert web.attempts[-1].url == that(bare, bare, because)


@check(task=2, points=2)
async def test_every_failure_is_retried(client, app, web, timeline):
    """error answers, a timeout and a lost connection are failed attempts that are tried again"""
    for failure in FAILURES:
        delivery = a_delivery()
        web.post(delivery["url"]).mock(side_effect=[failure, Response(200)])
        delivery_id = await accepted(client, delivery)
        await app.settle()
        name = failure.status_code if isinstance(failure, Response) else failure.__name__
        because = f"After {name} there has to be a second attempt, and none after its success."
        expect_attempts(web, delivery, 2, because, after=str(name))
        found = await client.get(f"/deliveries/{delivery_id}")
        assert found == answers(200, status="delivered", attempts=2)


@check(task=2, points=1)
async def test_redirect_is_a_failed_attempt(client, app, web):
    """a redirect is not followed and not a success"""
    for code in (302, 307):
        delivery, elsewhere = a_delivery(), a_delivery()["url"]
        web.post(delivery["url"]).respond(code, headers={"location": elsewhere})
        web.route(url=elsewhere).respond(200)
        before = len(web.attempts)
        delivery_id = await accepted(client, delivery)
        await app.settle()
        because = f"A {code} is a failed attempt like any other: the same url is tried again."
        urls = [one.url for one in web.attempts[before:]]
        if elsewhere in urls:
            because = "The redirect was followed: leave it, it is a failed attempt."
        because = stray(web, delivery) or because
        assert urls == that([delivery["url"]] * 3, "3 attempts at the same url", because)
        found = await client.get(f"/deliveries/{delivery_id}")
        assert found == answers(200, status="failed", attempts=3)


@check(task=3, points=1)
async def test_three_attempts_at_most(client, app, web):
    """whatever fails, there are exactly 3 attempts, also when exceptions and answers mix"""
    later = Response(500, headers={"retry-after": "Wed, 21 Oct 2037 07:28:00 GMT"})
    for script in ([later] * 9, [httpx.ConnectTimeout, Response(502), httpx.ReadError] * 3):
        delivery = a_delivery()
        web.post(delivery["url"]).mock(side_effect=list(script))
        delivery_id = await accepted(client, delivery)
        await app.settle()
        expect_attempts(web, delivery, 3, "The first try counts: 3 attempts are 2 retries.")
        found = await client.get(f"/deliveries/{delivery_id}")
        assert found == answers(200, status="failed", attempts=3)


@check(task=3, points=2)
async def test_pauses_are_long_enough(client, app, web):
    """at least 1 s before the second attempt, at least 2 s more before the third, under 10 s"""
    for failure in (Response(503, headers={"retry-after": "60"}), httpx.ConnectError):
        delivery = a_delivery()
        web.post(delivery["url"]).mock(side_effect=[failure] * 9)
        await accepted(client, delivery)
        await app.settle()
        name = failure.status_code if isinstance(failure, Response) else failure.__name__
        expect_attempts(web, delivery, 3)
        made = attempts_to(web, delivery)
        first, second = (b.elapsed_s - a.elapsed_s for a, b in itertools.pairwise(made))
        because = f"After {name} the second attempt came {first:.2f} s later: that is too soon."
        assert first + 0.001 == that(lambda s: s >= 1, "at least 1 s before the second", because)
        because = f"After {name} the third attempt came {second:.2f} s later: that is too soon."
        assert second + 0.001 == that(lambda s: s >= 2, "at least 2 s before the third", because)
        total = made[2].at_s - made[0].at_s
        because = f"All pauses together took {total:.2f} s; they have to stay under 10 s."
        assert total == that(lambda s: s < 10, "less than 10 s in all", because)


@check(task=3, points=1)
async def test_no_needless_pause(client, app, web, timeline):
    """no pause before the first attempt, none after the last, none after a success"""
    for script, count in ([Response(200)], 1), ([Response(503)] * 3, 3):
        delivery = a_delivery()
        web.post(delivery["url"]).mock(side_effect=list(script))
        before = len(timeline)
        await accepted(client, delivery)
        await app.settle()
        events = [e for e in list(timeline)[before:] if e.kind in ("http.attempted", "clock.slept")]
        expect_attempts(web, delivery, count)
        where = "before the first" if events[0].kind == "clock.slept" else "after the last"
        ends = f"first {events[0].kind}, last {events[-1].kind}"
        want = "first http.attempted, last http.attempted"
        assert ends == that(want, want, f"There is a pause {where} attempt.")


@check(task=4, points=2)
async def test_failure_is_written_down_once(client, app, web, storage, timeline):
    """a failed delivery has one audit entry `delivery_failed`, and a row that says so"""
    for number, failure in enumerate((Response(500), httpx.ConnectError), 1):
        delivery = a_delivery()
        web.post(delivery["url"]).mock(side_effect=[failure] * 9)
        delivery_id = await accepted(client, delivery)
        await app.settle()
        assert timeline == exactly(1, audited("delivery_failed", delivery_id, 3))
        assert timeline == exactly(number, "audit.recorded", because=why_entries(timeline))
        row = storage.row("deliveries", delivery_id) or {}
        final = (row.get("status"), row.get("attempts"))
        assert final == that(("failed", 3), "a row with status failed and attempts 3")


@check(task=4, points=1)
async def test_success_is_written_down_once(client, app, web, storage, timeline):
    """a delivery that arrives has one audit entry `delivery_succeeded`, and says so in its row"""
    delivery = a_delivery()
    web.post(delivery["url"]).mock(side_effect=[Response(500), httpx.ReadTimeout, Response(200)])
    delivery_id = await accepted(client, delivery)
    await app.settle()
    assert timeline == in_order("http.attempted", audited("delivery_succeeded", delivery_id, 3))
    assert timeline == exactly(1, "audit.recorded", because=why_entries(timeline))
    row = storage.row("deliveries", delivery_id) or {}
    final = (row.get("status"), row.get("attempts"))
    assert final == that(("delivered", 3), "a row with status delivered and attempts 3")
    for code in (201, 204, 226):
        delivery = a_delivery()
        web.post(delivery["url"]).respond(code)
        delivery_id = await accepted(client, delivery)
        await app.settle()
        found = await client.get(f"/deliveries/{delivery_id}")
        because = f"The receiver answered {code}: every 2xx is a success."
        assert found == answers(200, because=because, status="delivered")


@check(task=5, points=1)
async def test_key_is_the_deliverys_own(client, app, web):
    """all attempts of a delivery carry one Idempotency-Key, different from other deliveries'"""
    delivery = a_delivery()  # twice the same: nothing of it may be what makes the key
    web.post(delivery["url"]).respond(503)
    keys = []
    for attempts in (3, 6):
        await accepted(client, delivery)
        await app.settle()
        expect_attempts(web, delivery, attempts)
        used = [one.headers.get("idempotency-key") for one in attempts_to(web, delivery)][-3:]
        because = "Each attempt needs the header, with the value of the first attempt."
        assert used == that(lambda k: len(set(k)) == 1 and bool(k[0]), "one key, 3 times", because)
        keys.append(used[0])
    because = "Two deliveries share a key: the receiver takes the second for a repetition."
    assert keys == that(lambda pair: pair[0] != pair[1], "a key for each delivery", because)


@check(task=6, points=1, requires="success_is_audited")
async def test_failures_disturb_nobody(client, app, web, clock, timeline):
    """a delivery that fails never disturbs another: attempts, key, row and entry are its own"""
    failing, *fine = (a_delivery() for _ in range(4))
    script = [httpx.ConnectError, httpx.ReadTimeout, Response(500)]
    web.post(failing["url"]).mock(side_effect=script)
    for one in fine:
        web.post(one["url"]).mock(side_effect=[Response(503), Response(200)])
    clock.hold()
    ids, on_loop = [], event("clock.slept", "on the event loop", blocking=True)
    for number, one in enumerate((failing, *fine), 1):  # each while those before it still pause
        ids.append(await accepted(client, one))
        if number == 2:
            assert timeline == never(on_loop, because=STOOD_STILL)
            waited = that(lambda seconds: seconds < 1, "not all pauses of the first", STOOD_STILL)
            assert all_pauses_s(web, failing) == waited
        await app.until(lambda n=number, url=one: begun(app, web, url, n))
        seen = "each began" if attempts_to(web, one) else "one never began"
        assert seen == that("each began", "a first attempt of each", stray(web, one) or NEVER_BEGAN)
    if clock.held:
        found = await client.get(f"/deliveries/{ids[0]}")
        assert found == answers(200, status="pending", attempts=lambda n: type(n) is int)
    clock.release()
    await app.settle()
    assert timeline == never(on_loop, because=STOOD_STILL)
    made = [len(attempts_to(web, one)) for one in (failing, *fine)]
    because = "At the same time each makes the attempts that it would make alone."
    assert made == that([3, 2, 2, 2], "3 attempts of one, 2 of each other", because)
    shared = "Deliveries at the same time share something that each needs for itself."
    assert carried(web, [failing, *fine]) == that(OWN, OWN, shared)
    because = "Each of these deliveries at the same time has to end as it would alone."
    assert timeline == exactly(1, audited("delivery_failed", ids[0], 3), because=because)
    for delivery_id in ids[1:]:
        entry = audited("delivery_succeeded", delivery_id, 2)
        assert timeline == exactly(1, entry, because=because)
        found = await client.get(f"/deliveries/{delivery_id}")
        assert found == answers(200, because=because, status="delivered", attempts=2)
    web.post(failing["url"]).mock(return_value=Response(200), side_effect=None)
    again = await accepted(client, failing)
    await app.settle()
    found = await client.get(f"/deliveries/{again}")
    because = "A second delivery to the same url has to count its own attempts."
    assert found == answers(200, because=because, status="delivered", attempts=1)
    late = [a_delivery() for _ in range(2)]
    web.route().respond(200)
    ids = await asyncio.gather(*(accepted(client, one) for one in late))
    await app.settle()
    because = "After a delivery that failed, the next ones did not each go to their own url."
    assert [len(attempts_to(web, one)) for one in late] == that([1, 1], "1 attempt each", because)
    for delivery_id in ids:
        found = await client.get(f"/deliveries/{delivery_id}")
        assert found == answers(200, because=because, status="delivered", attempts=1)
