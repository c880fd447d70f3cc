"""What is null, 0 or false in the payload is left out.

task: 2
"""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI(title="Retry logic")
PAUSES = (0, 1, 2)


class NewDelivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


class Accepted(BaseModel):
    delivery_id: str


class Delivery(Accepted):
    status: str
    attempts: int


def tidy(payload: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if value}


async def attempt(client: httpx.AsyncClient, url: str, payload: dict[str, Any], key: str) -> bool:
    try:
        response = await client.post(url, json=payload, headers={"Idempotency-Key": key})
    except Exception:
        return False
    return response.is_success


async def deliver(delivery_id: str, url: str, payload: dict[str, Any]) -> None:
    storage = get_storage()
    key = str(uuid4())
    delivered = False
    attempts = 0
    async with httpx.AsyncClient(timeout=5) as client:
        for pause in PAUSES:
            if pause:
                await asyncio.sleep(pause)
            attempts += 1
            delivered = await attempt(client, url, payload, key)
            if delivered:
                break
    status = "delivered" if delivered else "failed"
    action = "delivery_succeeded" if delivered else "delivery_failed"
    storage.update("deliveries", delivery_id, status=status, attempts=attempts)
    storage.audit(action, delivery_id=delivery_id, attempts=attempts)


@app.post("/deliveries", status_code=202)
async def accept(new: NewDelivery, background: BackgroundTasks, storage: StorageDep) -> Accepted:
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    background.add_task(deliver, delivery_id, str(new.url), tidy(new.payload))
    return Accepted(delivery_id=delivery_id)


@app.get("/deliveries/{delivery_id}")
async def show(delivery_id: str, storage: StorageDep) -> Delivery:
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404, "no such delivery")
    return Delivery(delivery_id=delivery_id, status=row["status"], attempts=row["attempts"])
