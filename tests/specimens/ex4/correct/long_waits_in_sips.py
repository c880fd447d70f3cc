"""Waits of 3 and 6.5 seconds, half a second at a time; the answer is streamed and never read."""

import asyncio
import uuid
from typing import Any

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


PAUSES = iter


async def try_once(client, url, payload, key):
    try:
        async with client.stream("POST", url, json=payload, headers={"Idempotency-Key": key}) as r:
            return r.is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


async def deliver(delivery_id, url, payload):
    s = get_storage()
    n = 0
    async with httpx.AsyncClient(timeout=httpx.Timeout(3.0)) as client:
        ok = False
        for pause in (0, 3, 6.5):
            for _ in range(int(pause * 2)):
                await asyncio.sleep(0.5)
            n += 1
            if ok := await try_once(client, url, payload, delivery_id):
                break
    s.audit("delivery_succeeded" if ok else "delivery_failed", delivery_id=delivery_id, attempts=n)
    s.update("deliveries", delivery_id, status="delivered" if ok else "failed", attempts=n)


@app.post("/deliveries", status_code=202)
def create(body: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid.uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, str(body.url), body.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
