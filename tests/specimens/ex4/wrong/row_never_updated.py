"""Only the audit log is written; the row stays pending.

task: 4
also: 2, 3, 6
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


def accepted(url: str, payload: dict[str, Any], key: str) -> bool:
    try:
        status = httpx.post(url, json=payload, headers={"Idempotency-Key": key}).status_code
    except httpx.RequestError:
        return False
    return 200 <= status < 300


def deliver(storage: Storage, key: str, delivery: Delivery, attempt: int = 1) -> None:
    if accepted(str(delivery.url), delivery.payload, key):
        storage.audit("delivery_succeeded", delivery_id=key, attempts=attempt)
    elif attempt < 3:
        time.sleep(attempt)
        deliver(storage, key, delivery, attempt + 1)
    else:
        storage.audit("delivery_failed", delivery_id=key, attempts=attempt)


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
