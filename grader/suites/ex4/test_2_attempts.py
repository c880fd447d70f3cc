"""Hidden checks of exercise 4, tasks 2 and 3: attempts, and pauses between them."""

import itertools
import secrets

import httpx
import pytest
from httpx import Response

from grader.expect import answers, event, in_order, that
from grader.suites.deliveries import (
    a_delivery,
    accepted,
    attempts_to,
    expect_attempts,
    name_of,
    stray,
)

check = pytest.mark.check
# 503 is answered in a visible check. All are on their way at once: pauses may be real ones.
CODES = (404, 300, 304, 400, 401, 403, 409, 410, 422, 429)
FAILURES = (*map(Response, CODES), httpx.ReadTimeout, httpx.ConnectError)


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
    if len(web.attempts) == 1:
        because = "Of a second delivery nothing arrived. Was something closed after the first?"
    assert web.attempts[-1].json == that(other["payload"], "the second payload", because)
    empty = await client.post("/deliveries", json={**delivery, "payload": {}})
    await app.settle()
    if empty.status_code == 202:  # an app that refuses it is for a check of task 1
        because = "An empty payload is JSON too, and was not sent like any other."
        assert web.attempts[-1].json == that({}, "the empty payload", because)
    bare = other["url"].partition("?")[0].replace("https:", "http:").replace("example", "test:8080")
    long = {"text": secrets.token_hex(1_000)}
    await accepted(client, {"url": bare, "payload": long})
    await app.settle()
    because = "The url is called as it was given: with its scheme, port and last slash."
    assert web.attempts[-1].url == that(bare, bare, because)
    because = "The payload was cut, or changed: its text has 2,000 letters."
    assert web.attempts[-1].json == that(long, "the payload, to its last letter", because)


@check(task=2, points=2)
async def test_every_failure_is_retried(client, app, web, timeline):
    """error answers, a timeout and a lost connection are failed attempts that are tried again"""
    sent = []
    for failure in FAILURES:
        web.post((delivery := a_delivery())["url"]).mock(side_effect=[failure, Response(200)])
        sent.append((name_of(failure), delivery, await accepted(client, delivery)))
    await app.settle()
    for name, delivery, delivery_id in sent:
        because = f"After {name} there has to be a second attempt, and none after its success."
        expect_attempts(web, delivery, 2, because, after=name)
        first, again = (one.json for one in attempts_to(web, delivery))
        because = f"After {name} the second attempt carried another body than the payload."
        if first != delivery["payload"]:
            because = "The attempts carry another body than the payload as JSON."
        assert again == that(delivery["payload"], "the payload again", because)
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
    answered = [later, Response(501), Response(504)]
    for script in (answered, [httpx.ConnectTimeout, Response(502), httpx.ReadError]):
        delivery = a_delivery()
        web.post(delivery["url"]).mock(side_effect=script * 3)
        delivery_id = await accepted(client, delivery)
        await app.settle()
        first, second, _ = map(name_of, script)
        because = "The first try counts: 3 attempts are 2 retries."
        if len(attempts_to(web, delivery)) == 2:
            because = f"After {second} there was no third attempt."
        expect_attempts(web, delivery, 3, because, after=first)
        found = await client.get(f"/deliveries/{delivery_id}")
        assert found == answers(200, status="failed", attempts=3)


@check(task=3, points=2)
async def test_pauses_are_long_enough(client, app, web):
    """at least 1 s before the second attempt, at least 2 s more before the third, under 10 s"""
    busy = [Response(503, headers={"retry-after": seconds}) for seconds in ("0", "60", "0")]
    for failures in (busy, [httpx.ConnectError] * 3):
        delivery = a_delivery()
        web.post(delivery["url"]).mock(side_effect=list(failures))
        await accepted(client, delivery)
        await app.settle()
        name = name_of(failures[0])
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
    for script in ([200], [503, 200], [503, 503, 503]):
        delivery, count = a_delivery(), len(script)
        web.post(delivery["url"]).mock(side_effect=list(map(Response, script)))
        before = len(timeline)
        await accepted(client, delivery)
        await app.settle()
        events = [e for e in list(timeline)[before:] if e.kind in ("http.attempted", "clock.slept")]
        expect_attempts(web, delivery, count)
        where = "before the first" if events[0].kind == "clock.slept" else "after the last"
        ends = f"first {events[0].kind}, last {events[-1].kind}"
        want = "first http.attempted, last http.attempted"
        assert ends == that(want, want, f"There is a pause {where} attempt.")
