"""A threading.Event that would stop the retries on shutdown is what the task waits on."""

import threading
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

stopping = threading.Event()


@asynccontextmanager
async def lifespan(app: FastAPI):
    stopping.clear()
    yield
    stopping.set()


app = FastAPI(lifespan=lifespan)


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


def post(delivery: Delivery, key: str) -> bool:
    try:
        headers = {"Idempotency-Key": key}
        return httpx.post(str(delivery.url), json=delivery.payload, headers=headers).is_success
    except httpx.HTTPError:
        return False


def deliver(delivery_id: str, delivery: Delivery) -> None:
    attempts = 1
    while not (success := post(delivery, delivery_id)) and attempts < 3:
        if stopping.wait(1.05 * attempts):
            break
        attempts += 1
    storage = get_storage()
    if success:
        storage.audit("delivery_succeeded", delivery_id=delivery_id, attempts=attempts)
    else:
        storage.audit("delivery_failed", delivery_id=delivery_id, attempts=attempts)
    status = "delivered" if success else "failed"
    storage.update("deliveries", delivery_id, status=status, attempts=attempts)


@app.post("/deliveries", status_code=202)
def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = uuid4().hex
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, delivery)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
