"""It tries again until somebody accepts the payload.

task: 3
also: 2, 4, 5, 6
"""

import asyncio
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with httpx.AsyncClient(timeout=2.0) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


async def deliver(client: httpx.AsyncClient, delivery_id: str, url: str, payload: dict) -> None:
    storage = get_storage()
    attempt = 1
    while True:
        try:
            response = await client.post(
                url, json=payload, headers={"Idempotency-Key": delivery_id}
            )
            success = response.is_success
        except httpx.HTTPError:
            success = False
        if success:
            break
        await asyncio.sleep(min(attempt, 2))
        attempt += 1
    status = "delivered" if success else "failed"
    storage.update("deliveries", delivery_id, status=status, attempts=attempt)
    action = "delivery_succeeded" if success else "delivery_failed"
    storage.audit(action, delivery_id=delivery_id, attempts=attempt)


@app.post("/deliveries", status_code=202)
async def create(request: Request, delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    client = request.app.state.client
    tasks.add_task(deliver, client, delivery_id, str(delivery.url), delivery.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
