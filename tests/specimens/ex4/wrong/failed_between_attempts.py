"""The status is failed after each attempt that raised, until a later one succeeds.

task: 6
also: 4
"""

import time
import uuid
from typing import Any

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


def deliver(delivery_id, url, payload):
    storage = get_storage()
    ok = False
    for attempt in range(1, 4):
        if attempt > 1:
            time.sleep(attempt - 1)
        try:
            ok = httpx.post(
                url, json=payload, headers={"Idempotency-Key": delivery_id}, timeout=2
            ).is_success
        except httpx.HTTPError:
            ok = False
            storage.update("deliveries", delivery_id, status="failed", attempts=attempt)
        if ok:
            break
    storage.update(
        "deliveries", delivery_id, status="delivered" if ok else "failed", attempts=attempt
    )
    storage.audit(
        "delivery_succeeded" if ok else "delivery_failed", delivery_id=delivery_id, attempts=attempt
    )


@app.post("/deliveries", status_code=202)
def create(body: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid.uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, str(body.url), body.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
