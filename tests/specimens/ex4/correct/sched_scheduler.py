"""The scheduler of the standard library makes the waits."""

import sched
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
    s = get_storage()
    agenda = sched.scheduler(time.monotonic, time.sleep)

    def attempt(n):
        try:
            ok = httpx.post(url, json=payload, headers={"Idempotency-Key": delivery_id}).is_success
        except httpx.HTTPError:
            ok = False
        if not ok and n < 3:
            agenda.enter(n, 0, attempt, (n + 1,))
            return
        s.update("deliveries", delivery_id, status="delivered" if ok else "failed", attempts=n)
        s.audit(
            "delivery_succeeded" if ok else "delivery_failed", delivery_id=delivery_id, attempts=n
        )

    agenda.enter(0, 0, attempt, (1,))
    agenda.run()


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
