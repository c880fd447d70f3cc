"""After one delivery has failed, later ones are not even tried.

task: 6
also: 2, 3, 4, 5
"""

import time
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import Storage, StorageDep

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


receiver_down = False


def accepted(url: str, payload: dict[str, Any], key: str) -> bool:
    try:
        status = httpx.post(url, json=payload, headers={"Idempotency-Key": key}).status_code
    except httpx.RequestError:
        return False
    return 200 <= status < 300


def deliver(storage: Storage, key: str, delivery: Delivery, attempt: int = 1) -> None:
    global receiver_down
    if receiver_down:
        storage.audit("delivery_failed", delivery_id=key, attempts=0)
        storage.update("deliveries", key, status="failed", attempts=0)
    elif accepted(str(delivery.url), delivery.payload, key):
        storage.audit("delivery_succeeded", delivery_id=key, attempts=attempt)
        storage.update("deliveries", key, status="delivered", attempts=attempt)
    elif attempt < 3:
        time.sleep(attempt)
        deliver(storage, key, delivery, attempt + 1)
    else:
        receiver_down = True
        storage.audit("delivery_failed", delivery_id=key, attempts=attempt)
        storage.update("deliveries", key, status="failed", attempts=attempt)


@app.post("/deliveries", status_code=202)
def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, storage, delivery_id, delivery)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
