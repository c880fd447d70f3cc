"""The audit entry always says three attempts.

task: 4
also: 6
"""

import time
import uuid
from typing import Any

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()
PAUSES = {2: 1.0, 3: 2.0}


class New(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


def send(delivery_id, url, payload):
    try:
        response = httpx.post(url, json=payload, headers={"Idempotency-Key": delivery_id})
    except Exception:
        return False
    return response.is_success


def deliver(delivery_id, url, payload):
    storage = get_storage()
    ok = False
    attempts = 0
    for number in (1, 2, 3):
        if number > 1:
            time.sleep(PAUSES[number])
        attempts = number
        ok = send(delivery_id, url, payload)
        if ok:
            break
    storage.update("deliveries", delivery_id, status="delivered" if ok else "failed", attempts=attempts)
    storage.audit("delivery_succeeded" if ok else "delivery_failed", delivery_id=delivery_id, attempts=3)


@app.post("/deliveries", status_code=202)
def accept(new: New, background: BackgroundTasks, storage: StorageDep):
    delivery_id = uuid.uuid4().hex
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    background.add_task(deliver, delivery_id, str(new.url), new.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
