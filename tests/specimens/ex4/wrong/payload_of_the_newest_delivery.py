"""Each attempt sends the payload of the newest delivery.

task: 6
"""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()
job = {}


class New(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


async def deliver(delivery_id, url, payload):
    storage = get_storage()
    status, attempts = "failed", 0
    async with httpx.AsyncClient() as client:
        for attempts in (1, 2, 3):
            try:
                response = await client.post(url, json=job['payload'], headers={"Idempotency-Key": delivery_id})
                if response.is_success:
                    status = "delivered"
                    break
            except httpx.HTTPError:
                pass
            if attempts < 3:
                await asyncio.sleep(attempts)
    storage.update("deliveries", delivery_id, status=status, attempts=attempts)
    action = "delivery_succeeded" if status == "delivered" else "delivery_failed"
    storage.audit(action, delivery_id=delivery_id, attempts=attempts)


@app.post("/deliveries", status_code=202)
async def accept(new: New, background: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    job['payload'] = new.payload
    background.add_task(deliver, delivery_id, str(new.url), new.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
