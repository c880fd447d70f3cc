"""Exercise 4, reference solution: deliver a webhook, and try again when it fails."""

import asyncio
from typing import Any, Literal
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import Storage, StorageDep

WAITS_SECONDS = (0, 1, 2)  # before each attempt: longer each time, so that a sick server recovers
TIMEOUT_SECONDS = 2  # three timeouts and both waits together stay under ten seconds

app = FastAPI(title="Retry logic")


class NewDelivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


class Accepted(BaseModel):
    delivery_id: str


class Delivery(Accepted):
    status: Literal["pending", "delivered", "failed"]
    attempts: int


@app.post("/deliveries", status_code=202)
def accept(new: NewDelivery, background: BackgroundTasks, storage: StorageDep) -> Accepted:
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, url=new.url, status="pending", attempts=0)
    background.add_task(deliver, delivery_id, str(new.url), new.payload, storage)
    return Accepted(delivery_id=delivery_id)


@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep) -> Delivery:
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404, "no such delivery")
    return Delivery(delivery_id=delivery_id, status=row["status"], attempts=row["attempts"])


async def deliver(delivery_id: str, url: str, payload: dict[str, Any], storage: Storage) -> None:
    """Try up to three times, then write down how it ended.

    `async def`, because it spends its time waiting: `await` leaves the event loop free for other
    deliveries. `time.sleep` in here would stop them all; in a plain `def` it would be fine.
    """
    # A timeout does not say whether the receiver got the payload. The key lets it recognise the
    # same delivery when it comes again, so it must stay the same over all attempts.
    key = {"Idempotency-Key": delivery_id}
    attempts, arrived = 0, False
    async with httpx.AsyncClient(headers=key, timeout=TIMEOUT_SECONDS) as client:
        for wait in WAITS_SECONDS:
            if wait:
                await asyncio.sleep(wait)
            attempts += 1
            arrived = await arrives(client, url, payload)
            if arrived:
                break
    status = "delivered" if arrived else "failed"
    action = "delivery_succeeded" if arrived else "delivery_failed"
    storage.update("deliveries", delivery_id, status=status, attempts=attempts)
    storage.audit(action, delivery_id=delivery_id, attempts=attempts)


async def arrives(client: httpx.AsyncClient, url: str, payload: dict[str, Any]) -> bool:
    """Make one attempt; True when the receiver answered 2xx."""
    try:
        answer = await client.post(url, json=payload)
    # HTTPError covers timeouts and connections; the others, what httpx cannot even send: a url it
    # does not accept, a payload that is not JSON (NaN).
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return False
    return answer.is_success
