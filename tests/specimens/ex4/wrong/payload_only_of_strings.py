"""Only string values are allowed in the payload, others get 422.

task: 1
also: 2, 3, 4, 5, 6
"""

import asyncio
import logging
import random
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

logger = logging.getLogger("deliveries")
app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, str]


def delay_after(attempt: int, base: float = 1.0, jitter: float = 0.25) -> float:
    exponential = base * 2 ** (attempt - 1)
    return exponential * (1 + random.uniform(0, jitter))


async def try_once(url: str, payload: dict[str, Any], key: str) -> None:
    async with httpx.AsyncClient(timeout=2.0) as client:
        response = await client.post(url, json=payload, headers={"Idempotency-Key": key})
        response.raise_for_status()


async def deliver(delivery_id: str, url: str, payload: dict[str, Any], max_attempts: int = 3):
    for attempt in range(1, max_attempts + 1):
        try:
            await try_once(url, payload, delivery_id)
        except httpx.HTTPError:
            logger.exception("attempt %s of %s failed", attempt, delivery_id)
            if attempt == max_attempts:
                break
            await asyncio.sleep(delay_after(attempt))
        else:
            finish(delivery_id, "delivered", "delivery_succeeded", attempt)
            return
    finish(delivery_id, "failed", "delivery_failed", max_attempts)


def finish(delivery_id: str, status: str, action: str, attempts: int) -> None:
    storage = get_storage()
    storage.update("deliveries", delivery_id, status=status, attempts=attempts)
    storage.audit(action, delivery_id=delivery_id, attempts=attempts)


@app.post("/deliveries", status_code=202)
async def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, str(delivery.url), delivery.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
