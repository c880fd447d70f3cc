"""A delivery that failed leaves no audit entry.

task: 4
also: 6
"""

from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl
from tenacity import AsyncRetrying, RetryError, stop_after_attempt, wait_incrementing

from exercises.services import Storage, StorageDep

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


async def deliver(storage: Storage, delivery_id: str, delivery: Delivery) -> None:
    attempts = 0
    retrying = AsyncRetrying(
        stop=stop_after_attempt(3), wait=wait_incrementing(start=1, increment=1)
    )
    try:
        async with httpx.AsyncClient(headers={"Idempotency-Key": delivery_id}) as client:
            async for attempt in retrying:
                with attempt:
                    attempts = attempt.retry_state.attempt_number
                    response = await client.post(str(delivery.url), json=delivery.payload)
                    response.raise_for_status()
    except RetryError:
        storage.update("deliveries", delivery_id, status="failed", attempts=attempts)
    else:
        storage.audit("delivery_succeeded", delivery_id=delivery_id, attempts=attempts)
        storage.update("deliveries", delivery_id, status="delivered", attempts=attempts)


@app.post("/deliveries", status_code=202)
async def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, storage, delivery_id, delivery)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
