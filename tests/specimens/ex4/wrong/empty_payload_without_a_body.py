"""An empty payload is sent without a body.

task: 2
"""

import time
import uuid
from typing import Any

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep

app = FastAPI(title="Retry logic")


class NewDelivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


@app.post("/deliveries", status_code=202)
def accept(new: NewDelivery, background: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid.uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    background.add_task(deliver, storage, delivery_id, str(new.url), new.payload)
    return {"delivery_id": delivery_id}


def deliver(storage, delivery_id, url, payload):
    key = delivery_id
    ok = False
    attempts = 0
    for attempt in range(1, 4):
        attempts = attempt
        ok = send(url, payload, key)
        if ok:
            break
        if attempt < 3:
            time.sleep(2 ** (attempt - 1))
    finish(storage, delivery_id, ok, attempts)


def send(url, payload, key):
    try:
        response = httpx.post(url, json=payload or None, headers={"Idempotency-Key": key})
    except httpx.HTTPError:
        return False
    return response.is_success


def finish(storage, delivery_id, ok, attempts):
    storage.update("deliveries", delivery_id, status="delivered" if ok else "failed", attempts=attempts)
    storage.audit("delivery_succeeded" if ok else "delivery_failed", delivery_id=delivery_id, attempts=attempts)


@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404, "no such delivery")
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
