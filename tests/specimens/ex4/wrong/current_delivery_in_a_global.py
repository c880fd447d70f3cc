"""The delivery is kept in one variable of the module; another one replaces it between two attempts.

task: 6
"""

from asyncio import sleep
from typing import Annotated, Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, Body, FastAPI, HTTPException, Path
from pydantic import BaseModel, Field, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()
current: dict[str, Any] = {}


class DeliveryIn(BaseModel):
    url: HttpUrl = Field(description="where the payload goes")
    payload: dict[str, Any]


async def deliver(delivery_id: str, order: DeliveryIn) -> None:
    current["order"] = order
    attempts, delivered = 0, False
    async with httpx.AsyncClient(base_url=str(order.url), timeout=2) as client:
        while attempts < 3 and not delivered:
            if attempts > 0:
                await sleep(attempts)
            attempts += 1
            try:
                response = await client.request(
                    "POST",
                    str(current["order"].url),
                    json=current["order"].payload,
                    headers={"Idempotency-Key": delivery_id},
                )
                delivered = response.status_code // 100 == 2
            except httpx.HTTPError as error:
                print(f"[Background] attempt {attempts} of {delivery_id}: {error!r}")
    storage = get_storage()
    if delivered:
        storage.audit("delivery_succeeded", delivery_id=delivery_id, attempts=attempts)
        storage.update("deliveries", delivery_id, status="delivered", attempts=attempts)
    else:
        storage.audit("delivery_failed", delivery_id=delivery_id, attempts=attempts)
        storage.update("deliveries", delivery_id, status="failed", attempts=attempts)


@app.post("/deliveries", status_code=202)
async def create(
    order: Annotated[DeliveryIn, Body()], tasks: BackgroundTasks, storage: StorageDep
) -> dict[str, str]:
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, order)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: Annotated[str, Path()], storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
