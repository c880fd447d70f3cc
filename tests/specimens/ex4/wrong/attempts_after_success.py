"""The loop does not end with the first success.

task: 3
also: 2, 4, 6
"""

import time
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import Storage, StorageDep

app = FastAPI()


class NewDelivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


def deliver(storage: Storage, delivery_id: str, url: str, payload: dict[str, Any]) -> None:
    attempts = 0
    delivered = False
    for delay in (0, 1, 2):
        if delay:
            time.sleep(delay)
        attempts += 1
        try:
            response = httpx.post(
                url, json=payload, headers={"Idempotency-Key": delivery_id}, timeout=2
            )
        except httpx.HTTPError:
            continue
        if response.is_success:
            delivered = True
    action = "delivery_succeeded" if delivered else "delivery_failed"
    storage.audit(action, delivery_id=delivery_id, attempts=attempts)
    status = "delivered" if delivered else "failed"
    storage.update("deliveries", delivery_id, status=status, attempts=attempts)


@app.post("/deliveries", status_code=202)
def create(delivery: NewDelivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, storage, delivery_id, str(delivery.url), delivery.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404, "no such delivery")
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
