"""Hidden checks of exercise 4, tasks 4 to 6: what is written down, and what is kept apart."""

import asyncio
from collections import Counter

import httpx
import pytest
from httpx import Response

from grader.expect import answers, event, exactly, in_order, never, that
from grader.suites.deliveries import (
    KEY,
    OWN,
    a_delivery,
    accepted,
    all_pauses_s,
    attempts_to,
    audited,
    begun,
    carried,
    ends,
    expect_attempts,
    stray,
    why_entries,
)

check = pytest.mark.check
FINAL_ROW = "status and attempts of the row, as soon as it says how it ended"
HALF_WRITTEN = "`attempts` is final when the status is: write both at once, or `attempts` first."
NEVER_BEGAN = "While one delivery pauses, the others have to go on: this one never began."
STOOD_STILL = (
    "A pause stopped the event loop, and with it every other delivery:"
    " time.sleep belongs into a plain `def` task, asyncio.sleep into an `async def` one."
)


def whole(number: object) -> bool:
    """A whole number, and no truth value."""
    return type(number) is int


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
        assert ends(timeline, delivery_id)[:1] == that([final], FINAL_ROW, HALF_WRITTEN)


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
    assert ends(timeline, delivery_id)[:1] == that([final], FINAL_ROW, HALF_WRITTEN)
    for code, body in ((201, '{"ok": false}'), (204, ""), (226, "{ no JSON")):
        delivery = a_delivery()
        web.post(delivery["url"]).respond(code, text=body)
        delivery_id = await accepted(client, delivery)
        await app.settle()
        found = await client.get(f"/deliveries/{delivery_id}")
        because = f"The receiver answered {code}: every 2xx is a success, whatever its body says."
        assert found == answers(200, because=because, status="delivered")
        because = "One attempt was made, and `attempts` says something else."
        assert found == answers(200, because=because, attempts=1)
        assert timeline == exactly(1, audited("delivery_succeeded", delivery_id, 1))


@check(task=5, points=1)
async def test_key_is_the_deliverys_own(client, app, web):
    """all attempts of a delivery carry one Idempotency-Key, different from other deliveries'"""
    delivery = a_delivery()  # twice the same: nothing of it may be what makes the key
    web.post(delivery["url"]).respond(503)
    keys = []
    for attempts in (3, 6):
        await accepted(client, delivery)
        await app.settle()
        because = None
        if keys and len(attempts_to(web, delivery)) == 3:
            because = "The same delivery once more is another one, and was not sent."
        expect_attempts(web, delivery, attempts, because)
        used = [one.headers.get("idempotency-key") for one in attempts_to(web, delivery)][-3:]
        because = "Each attempt needs the header, with the value of the first attempt."
        assert used == that(lambda k: len(set(k)) == 1 and bool(k[0]), "one key, 3 times", because)
        keys.append(used[0])
    web.route().respond(200)
    before = len(web.attempts)
    await asyncio.gather(*(accepted(client, a_delivery()) for _ in range(8)))
    await app.settle()
    keys += [one.headers.get("idempotency-key") for one in web.attempts[before:]]
    because = "Two deliveries share a key: the receiver takes the second for a repetition."
    assert keys == that(lambda all_keys: len({*all_keys}) == 10, "10 keys, no two alike", because)


async def expect_a_twin_to_go_on(client, app, web, clock):
    """Two deliveries to one url at once are two deliveries; neither waits for the other."""
    twin = a_delivery()
    web.post(twin["url"]).mock(side_effect=list(map(Response, (503, 503, 200, 200))))
    because = "Two deliveries to one url at the same time are two deliveries."
    clock.hold()
    ids = []
    for number in (1, 2):
        answer = await client.post("/deliveries", json=twin)
        assert answer == answers(202, because=because)
        ids.append(answer.json()["delivery_id"])
        await app.until(lambda n=number: len(attempts_to(web, twin)) >= n)
        begun_now = len(attempts_to(web, twin))
        assert begun_now == that(lambda n, least=number: n >= least, f"{number} begun", NEVER_BEGAN)
    clock.release()
    await app.settle()
    counts = []
    for delivery_id in ids:
        found = await client.get(f"/deliveries/{delivery_id}")
        assert found == answers(200, because=because, status="delivered", attempts=whole)
        counts.append(found.json()["attempts"])
    # Each says what it made. Without pauses, another check's, the first makes three.
    made = Counter(one.headers.get(KEY) for one in attempts_to(web, twin)).values()
    want = sorted(made) if len(made) == 2 else [2, 2]
    assert sorted(counts) == that(want, f"{want[0]} attempts and {want[1]}", because)


@check(task=6, points=1, requires="success_is_audited")
async def test_failures_disturb_nobody(client, app, web, storage, clock, timeline):
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
        assert found == answers(200, status="pending", attempts=whole)
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
    stale = "Somebody asked for it while it was pending. The row says something else by now."
    found = await client.get(f"/deliveries/{ids[0]}")
    says = (storage.row("deliveries", ids[0]) or {}).get("status")
    if says and says != "pending":  # a row that is never updated is a mistake of its own
        assert found == answers(200, because=stale, status=says)
    others = "The outcome of another delivery was written into this row."
    assert says == that(lambda word: word != "delivered", "a row that is not delivered", others)
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
    web.post(fine[0]["url"]).mock(return_value=Response(200), side_effect=None)
    before = len(attempts_to(web, fine[0]))
    await accepted(client, fine[0])
    await app.settle()
    because = "What was delivered once is sent all the same when it is posted again."
    sent = len(attempts_to(web, fine[0])) - before
    assert sent == that(1, "one attempt more", because)
    await expect_a_twin_to_go_on(client, app, web, clock)
    late = [a_delivery() for _ in range(2)]
    web.route().respond(200)
    ids = await asyncio.gather(*(accepted(client, one) for one in late))
    await app.settle()
    because = "Two deliveries at the same time did not each go to their own url."
    assert [len(attempts_to(web, one)) for one in late] == that([1, 1], "1 attempt each", because)
    for delivery_id in ids:
        found = await client.get(f"/deliveries/{delivery_id}")
        assert found == answers(200, because=because, status="delivered", attempts=1)
