"""When it gives up it writes the audit entry and forgets the row.

task: 4
also: 2, 3
"""

import asyncio
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import Storage, StorageDep

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


async def attempt(
    tasks: BackgroundTasks, storage: Storage, delivery_id: str, delivery: Delivery, number: int
) -> None:
    finish = partial(storage.update, "deliveries", delivery_id, attempts=number)
    try:
        async with httpx.AsyncClient() as client:
            response = await client.post(
                str(delivery.url), json=delivery.payload, headers={"Idempotency-Key": delivery_id}
            )
        response.raise_for_status()
    except httpx.HTTPError:
        if number < 3:
            tasks.add_task(asyncio.sleep, number)
            tasks.add_task(attempt, tasks, storage, delivery_id, delivery, number + 1)
        else:
            storage.audit("delivery_failed", delivery_id=delivery_id, attempts=number)
    else:
        finish(status="delivered")
        storage.audit("delivery_succeeded", delivery_id=delivery_id, attempts=number)


@app.post("/deliveries", status_code=202)
async def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(attempt, tasks, storage, delivery_id, delivery, 1)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
