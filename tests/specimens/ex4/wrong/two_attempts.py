"""Two attempts, then it gives up.

task: 3
also: 2, 4, 5, 6
"""

from typing import Any
from uuid import uuid4

import httpx
import stamina
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()


class DeliveryIn(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


def worth_retrying(error: Exception) -> bool:
    return isinstance(error, httpx.RequestError | httpx.HTTPStatusError)


def deliver(delivery_id: str, url: str, payload: dict[str, Any]) -> None:
    number = 0
    try:
        for attempt in stamina.retry_context(
            on=worth_retrying, attempts=2, wait_initial=1, wait_jitter=0.5
        ):
            with attempt:
                number = attempt.num
                reply = httpx.post(url, json=payload, headers={"Idempotency-Key": delivery_id})
                reply.raise_for_status()
        outcome = ("delivered", "delivery_succeeded")
    except Exception:
        outcome = ("failed", "delivery_failed")
    status, action = outcome
    get_storage().audit(action, delivery_id=delivery_id, attempts=number)
    get_storage().update("deliveries", delivery_id, status=status, attempts=number)


@app.post("/deliveries", status_code=202)
def create(delivery: DeliveryIn, tasks: BackgroundTasks, storage: StorageDep) -> dict[str, str]:
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, url=str(delivery.url), payload=delivery.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def read(delivery_id: str, storage: StorageDep) -> dict[str, str | int]:
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
