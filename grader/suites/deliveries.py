"""What the suite of exercise 4 knows of deliveries: their attempts, keys and audit entries."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from grader.diagnosis import ABSENT
from grader.expect import Pattern, answers, event, short, that
from grader.fakes.web import Attempt, FakeWeb
from grader.serving.app import Served
from grader.suites.words import holding
from grader.timeline import Timeline

KEY = "idempotency-key"
OWN = "each attempt with the payload and key of its own delivery"
FINAL = ("delivery_failed", "delivery_succeeded")

Delivery = dict[str, Any]


def a_delivery() -> Delivery:
    """A url and a payload that nobody can know in advance."""
    token = secrets.token_hex(4)
    payload = {"event": token, "amount": secrets.randbelow(900), "tags": ["a", token], "ok": True}
    payload |= {"shop": {"id": token, "city": "Łódź"}, "note": None, "tax": 0, "draft": False}
    url = f"https://{token}.example/hooks/{secrets.token_hex(3)}/?shop={token}"
    return {"url": url, "payload": payload}


async def accepted(client: httpx.AsyncClient, delivery: Delivery) -> str:
    """The id of a new delivery."""
    response = await client.post("/deliveries", json=delivery)
    assert response == answers(202, delivery_id=lambda text: isinstance(text, str) and text != "")
    return str(response.json()["delivery_id"])


def attempts_to(web: FakeWeb, delivery: Delivery) -> list[Attempt]:
    """What arrived at the url of a delivery."""
    return [one for one in web.attempts if one.url == delivery["url"]]


def stray(web: FakeWeb, delivery: Delivery) -> str | None:
    """A sentence on a call that went to the right host, and to another url; or None."""
    host = httpx.URL(delivery["url"]).host
    urls = [one.url for one in web.attempts if one.url != delivery["url"]]
    others = [url for url in urls if host in url]
    if attempts_to(web, delivery) or not others:
        return None
    return f"The call went to `{short(others[0])}`, which is not the url of the delivery."


def expect_attempts(
    web: FakeWeb,
    delivery: Delivery,
    count: int,
    because: str | None = None,
    after: str = "the first attempt had failed",
) -> None:
    """So many attempts were made at the url of this delivery; `after` says what went wrong."""
    made = len(attempts_to(web, delivery))
    if not made:
        because = stray(web, delivery) or ABSENT["http.attempted"]
    elif made == 1:
        because = f"After {after} there was no other attempt."
    assert made == that(count, f"{count} attempt" + "s" * (count > 1), because)


def name_of(failure: httpx.Response | type[Exception]) -> str:
    """What a script's failure is called in a message: 503, or ReadTimeout."""
    return str(getattr(failure, "status_code", "")) or getattr(failure, "__name__", "")


def ends(timeline: Timeline, delivery_id: str) -> list[tuple[Any, Any]]:
    """Status and attempts of a row, each time that it is written with a final status."""
    rows = [e.detail["row"] for e in timeline.of("row.updated") if holding(delivery_id)(e.detail)]
    words = ("delivered", "failed")
    return [(r.get("status"), r.get("attempts")) for r in rows if r.get("status") in words]


def audited(action: str, delivery_id: str, attempts: int) -> Pattern:
    """The final audit entry of a delivery."""

    def fits(details: dict[str, Any]) -> bool:
        named = str(details.get("delivery_id")) == delivery_id
        return named and type(details.get("attempts")) is int and details["attempts"] == attempts

    words = f"{action} with delivery_id and attempts={attempts}"
    return event("audit.recorded", words, action=action, details=fits)


def why_entries(timeline: Timeline) -> str:
    """A sentence on audit entries that are too many."""
    actions = {entry.detail["action"] for entry in timeline.of("audit.recorded")}
    others = sorted(actions.difference(FINAL))
    if others:
        return f"The log also has `{short(others[0], 60)}`: a delivery has one entry, at its end."
    return "There has to be one audit entry a delivery, not one an attempt."


def carried(web: FakeWeb, deliveries: list[Delivery]) -> str:
    """OWN, or what an attempt carried that belongs to another delivery.

    What is wrong from the first attempt on, with no other delivery near, is for other checks.
    """
    made = [attempts_to(web, one) for one in deliveries]
    for one, (first, *again) in zip(deliveries, made, strict=True):
        if first.json == one["payload"] and any(a.json != one["payload"] for a in again):
            return "an attempt with another payload than the first"
    keys = [first.headers.get(KEY) for first, *_ in made]
    if len(set(keys)) < len(keys):
        return OWN
    for own, attempts in zip(keys, made, strict=True):
        if any(a.headers.get(KEY) in set(keys) - {own} for a in attempts):
            return "an attempt with the Idempotency-Key of another delivery"
    return OWN


def begun(app: Served, web: FakeWeb, delivery: Delivery, sent: int) -> bool:
    """Whether its first attempt is made, or all `sent` requests say that they are over."""
    return bool(attempts_to(web, delivery)) or app.desk.finished >= sent


def all_pauses_s(web: FakeWeb, delivery: Delivery) -> float:
    """Seconds between its first and its third attempt; 0 before that one is made."""
    made = attempts_to(web, delivery)
    return made[2].elapsed_s - made[0].elapsed_s if len(made) > 2 else 0.0
