"""The wait is a future that the event loop's own timer resolves."""

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


async def pause(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_later(seconds, over.set_result, None)
    await over


async def deliver(delivery_id: str, delivery: Delivery) -> None:
    success = False
    async with httpx.AsyncClient(headers={"Idempotency-Key": delivery_id}) as client:
        for attempts, wait in enumerate((1.1, 2.1, None), start=1):
            try:
                answer = await client.post(str(delivery.url), json=delivery.payload)
                success = answer.is_success
            except httpx.HTTPError:
                success = False
            if success or wait is None:
                break
            await pause(wait)
    status = "delivered" if success else "failed"
    get_storage().update("deliveries", delivery_id, status=status, attempts=attempts)
    action = "delivery_succeeded" if success else "delivery_failed"
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
