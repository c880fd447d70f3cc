"""The final status is success instead of delivered.

task: 4
also: 2, 6
"""

import asyncio
import secrets
from typing import Any

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import Storage, StorageDep

api = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


async def deliver(storage: Storage, number: int, delivery: Delivery) -> None:
    key = {"Idempotency-Key": secrets.token_hex(16)}
    attempts = 0
    delivered = False
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=0)) as client:
        while not delivered and attempts < 3:
            await asyncio.sleep(attempts and 2 ** (attempts - 1))
            attempts += 1
            try:
                async with client.stream(
                    "POST", str(delivery.url), json=delivery.payload, headers=key
                ) as answer:
                    delivered = answer.is_success
            except httpx.TransportError:
                delivered = False
    status = "success" if delivered else "failed"
    storage.update("deliveries", number, status=status, attempts=attempts)
    action = "delivery_succeeded" if delivered else "delivery_failed"
    storage.audit(action, delivery_id=str(number), attempts=attempts)


@api.post("/deliveries", status_code=202)
async def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    number = storage.insert("deliveries", url=str(delivery.url), status="pending", attempts=0)
    tasks.add_task(deliver, storage, number, delivery)
    return {"delivery_id": str(number)}


@api.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": str(row["id"]), "status": row["status"], "attempts": row["attempts"]}


app = FastAPI()
app.mount("", api)
