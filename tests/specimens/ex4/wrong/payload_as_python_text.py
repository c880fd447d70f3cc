"""str(payload) is sent, which is Python and not JSON.

task: 2
"""

from typing import Any
from uuid import UUID, uuid4

import anyio
import httpx
from fastapi import APIRouter, BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import Storage, StorageDep

router = APIRouter(prefix="/deliveries", tags=["deliveries"])
WAITS = {1: 1.0, 2: 2.0}


class DeliveryIn(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


class DeliveryOut(BaseModel):
    delivery_id: UUID


async def ok(client: httpx.AsyncClient, order: DeliveryIn, key: UUID) -> bool:
    request = client.build_request(
        "POST",
        str(order.url),
        content=str(order.payload),
        headers={"Idempotency-Key": str(key), "Content-Type": "application/json"},
    )
    try:
        response = await client.send(request)
    except httpx.RequestError:
        return False
    return response.status_code in range(200, 300)


async def run(storage: Storage, delivery_id: UUID, order: DeliveryIn) -> None:
    async with httpx.AsyncClient(timeout=2) as client:
        for attempt in (1, 2, 3):
            if await ok(client, order, delivery_id):
                storage.update("deliveries", delivery_id, status="delivered", attempts=attempt)
                storage.audit("delivery_succeeded", delivery_id=delivery_id, attempts=attempt)
                break
            if attempt in WAITS:
                await anyio.sleep(WAITS[attempt])
        else:
            storage.update("deliveries", delivery_id, status="failed", attempts=3)
            storage.audit("delivery_failed", delivery_id=delivery_id, attempts=3)


@router.post("", status_code=202)
async def create(order: DeliveryIn, tasks: BackgroundTasks, storage: StorageDep) -> DeliveryOut:
    delivery_id = uuid4()
    storage.insert("deliveries", id=delivery_id, url=order.url, status="pending", attempts=0)
    tasks.add_task(run, storage, delivery_id, order)
    return DeliveryOut(delivery_id=delivery_id)


@router.get("/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": row["id"], "status": row["status"], "attempts": row["attempts"]}


app = FastAPI()
app.include_router(router)
