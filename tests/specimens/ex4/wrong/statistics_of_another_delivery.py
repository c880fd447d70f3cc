"""tenacity's `statistics` belong to the function: overlapping deliveries read each other's.

task: 6
"""

from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl
from tenacity import retry, stop_after_attempt, wait_exponential

from exercises.services import StorageDep, get_storage

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


@retry(stop=stop_after_attempt(3), wait=wait_exponential(min=1, max=4), reraise=True)
async def send(delivery_id: str, delivery: Delivery) -> None:
    async with httpx.AsyncClient(headers={"Idempotency-Key": delivery_id}) as client:
        response = await client.post(str(delivery.url), json=delivery.payload)
    response.raise_for_status()


async def deliver(delivery_id: str, delivery: Delivery) -> None:
    try:
        await send(delivery_id, delivery)
        status, action = "delivered", "delivery_succeeded"
    except httpx.HTTPError:
        status, action = "failed", "delivery_failed"
    attempts = send.statistics["attempt_number"]
    get_storage().update("deliveries", delivery_id, status=status, attempts=attempts)
    get_storage().audit(action, delivery_id=delivery_id, attempts=attempts)


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
