"""It waits before every attempt, also before the first.

task: 3
also: 6
"""

import asyncio
import logging
import uuid

import httpx
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from pydantic import AnyHttpUrl, BaseModel

from exercises.services import get_storage

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 3

app = FastAPI()


class DeliveryRequest(BaseModel):
    url: AnyHttpUrl
    payload: dict


class DeliveryStatus(BaseModel):
    delivery_id: str
    status: str
    attempts: int


async def send_webhook(delivery_id, url, payload):
    storage = get_storage()
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    async with httpx.AsyncClient(timeout=httpx.Timeout(2.0)) as client:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            await asyncio.sleep(attempt)
            try:
                response = await client.post(url, json=payload, headers=headers)
                response.raise_for_status()
            except (httpx.RequestError, httpx.HTTPStatusError) as exc:
                logger.warning("attempt %d for %s failed: %r", attempt, delivery_id, exc)
            else:
                storage.update("deliveries", delivery_id, status="delivered", attempts=attempt)
                storage.audit("delivery_succeeded", delivery_id=delivery_id, attempts=attempt)
                return
    storage.update("deliveries", delivery_id, status="failed", attempts=MAX_ATTEMPTS)
    storage.audit("delivery_failed", delivery_id=delivery_id, attempts=MAX_ATTEMPTS)


@app.post("/deliveries", status_code=202)
async def create_delivery(
    body: DeliveryRequest, background_tasks: BackgroundTasks, storage=Depends(get_storage)
):
    delivery_id = str(uuid.uuid4())
    storage.insert("deliveries", id=delivery_id, url=str(body.url), status="pending", attempts=0)
    background_tasks.add_task(send_webhook, delivery_id, str(body.url), body.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}", response_model=DeliveryStatus)
async def get_delivery(delivery_id: str, storage=Depends(get_storage)):
    row = storage.get("deliveries", delivery_id)
    if not row:
        raise HTTPException(status_code=404, detail="Delivery not found")
    return {**row, "delivery_id": row["id"]}
