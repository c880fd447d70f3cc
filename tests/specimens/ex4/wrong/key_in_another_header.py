"""The header is called X-Idempotency-Key.

task: 5
"""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


class IdempotencyKey(httpx.Auth):
    def __init__(self, key: str) -> None:
        self.key = key

    def auth_flow(self, request: httpx.Request):
        request.headers["X-Idempotency-Key"] = self.key
        yield request


async def only_success(response: httpx.Response) -> None:
    response.raise_for_status()


async def deliver(delivery_id: str, delivery: Delivery) -> None:
    storage = get_storage()
    hooks = {"response": [only_success]}
    attempt = 0
    async with httpx.AsyncClient(auth=IdempotencyKey(delivery_id), event_hooks=hooks) as client:
        for wait in [1, 2, 0]:
            attempt += 1
            try:
                await client.post(str(delivery.url), json=delivery.payload)
            except httpx.HTTPError:
                if wait:
                    await asyncio.sleep(wait)
                    continue
                storage.update("deliveries", delivery_id, status="failed", attempts=attempt)
                storage.audit("delivery_failed", delivery_id=delivery_id, attempts=attempt)
            else:
                storage.update("deliveries", delivery_id, status="delivered", attempts=attempt)
                storage.audit("delivery_succeeded", delivery_id=delivery_id, attempts=attempt)
                break


@app.post("/deliveries", status_code=202)
async def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, delivery)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
