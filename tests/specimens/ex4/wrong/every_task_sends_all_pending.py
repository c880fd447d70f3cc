"""Each task works off all pending rows, also those another task is busy with.

task: 6
"""

import time
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

SCHEDULE = [1.5, 3.0]

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


def deliver_pending() -> None:
    for row in get_storage().find("deliveries", status="pending"):
        deliver(row["id"], row["url"], row["payload"])


def deliver(delivery_id: str, url: str, payload: dict[str, Any]) -> None:
    storage = get_storage()
    schedule = list(SCHEDULE)
    attempts = 0
    while True:
        attempts += 1
        try:
            response = httpx.request(
                "POST", url, json=payload, headers=[("Idempotency-Key", delivery_id)]
            )
            problem = None if response.is_success else f"status {response.status_code}"
        except httpx.HTTPError as error:
            problem = repr(error)
        if problem is None:
            storage.audit("delivery_succeeded", delivery_id=delivery_id, attempts=attempts)
            storage.update("deliveries", delivery_id, status="delivered", attempts=attempts)
            return
        storage.update("deliveries", delivery_id, attempts=attempts, last_error=problem)
        if not schedule:
            break
        time.sleep(schedule.pop(0))
    storage.audit("delivery_failed", delivery_id=delivery_id, attempts=attempts, reason=problem)
    storage.update("deliveries", delivery_id, status="failed")


@app.post("/deliveries", status_code=202)
def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    order = {"url": str(delivery.url), "payload": delivery.payload}
    storage.insert(
        "deliveries", id=delivery_id, status="pending", attempts=0, last_error=None, **order
    )
    tasks.add_task(deliver_pending)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {
        "delivery_id": delivery_id,
        "status": row["status"],
        "attempts": row["attempts"],
        "last_error": row["last_error"],
    }
