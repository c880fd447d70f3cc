"""Only failures are logged.

task: 4
also: 6
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import uuid4

import httpx
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


async def tries(url: str, payload: dict[str, Any], key: str) -> AsyncIterator[bool]:
    async with httpx.AsyncClient(headers={"Idempotency-Key": key}) as client:
        for pause in (0, 1, 2):
            await asyncio.sleep(pause)
            try:
                yield (await client.post(url, json=payload)).is_success
            except httpx.HTTPError:
                yield False


async def outbox(storage: StorageDep) -> AsyncIterator[dict[str, Delivery]]:
    waiting: dict[str, Delivery] = {}
    yield waiting
    for delivery_id, delivery in waiting.items():
        attempts, success = 0, False
        async for success in tries(str(delivery.url), delivery.payload, delivery_id):
            attempts += 1
            if success:
                break
        if not success:
            storage.audit("delivery_failed", delivery_id=delivery_id, attempts=attempts)
        status = "delivered" if success else "failed"
        storage.update("deliveries", delivery_id, status=status, attempts=attempts)


@app.post("/deliveries", status_code=202)
async def create(delivery: Delivery, box: Annotated[dict, Depends(outbox)], storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    box[delivery_id] = delivery
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
