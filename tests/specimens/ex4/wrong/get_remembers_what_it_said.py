"""GET remembers the first row that it saw: who asked while it was pending reads pending for ever.

task: 6
"""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep

app = FastAPI()
SEEN = {}


class NewDelivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


async def sender(results: asyncio.Queue, key: str, url: str, payload: dict[str, Any]) -> None:
    async with httpx.AsyncClient() as client:
        for number in (1, 2, 3):
            try:
                response = await client.post(url, json=payload, headers={"Idempotency-Key": key})
                ok = response.is_success
            except httpx.HTTPError:
                ok = False
            await results.put((number, ok))
            if ok or number == 3:
                return
            await asyncio.sleep(float(number))


async def clerk(results: asyncio.Queue, delivery_id: str, storage: Any) -> None:
    while True:
        number, ok = await results.get()
        if ok or number == 3:
            break
    storage.update("deliveries", delivery_id, status="delivered" if ok else "failed", attempts=number)
    storage.audit("delivery_succeeded" if ok else "delivery_failed", delivery_id=delivery_id, attempts=number)


async def deliver(delivery_id, url, payload, storage):
    results: asyncio.Queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(sender(results, delivery_id, url, payload))
        group.create_task(clerk(results, delivery_id, storage))


@app.post("/deliveries", status_code=202)
async def accept(new: NewDelivery, background: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    background.add_task(deliver, delivery_id, str(new.url), new.payload, storage)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def show(delivery_id: str, storage: StorageDep):
    row = SEEN.get(delivery_id) or storage.get("deliveries", delivery_id)
    SEEN[delivery_id] = row
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
