"""Three attempts are planned with asyncio.gather and none of them knows of a success.

task: 3
also: 2, 4, 6
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

    async def send_after(wait: float) -> bool:
        await asyncio.sleep(wait)
        try:
            response = await client.post(
                url, json=payload, headers={"Idempotency-Key": delivery_id}
            )
            return response.is_success
        except httpx.HTTPError:
            return False

    answers = await asyncio.gather(send_after(0), send_after(1), send_after(3))
    success, attempt = any(answers), len(answers)
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
