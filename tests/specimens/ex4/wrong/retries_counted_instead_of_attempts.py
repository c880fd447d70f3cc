"""It counts retries: a delivery that worked at once has 0 attempts.

task: 4
also: 2, 3, 6
"""

from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from exercises.services import StorageDep, get_storage

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


@retry(
    stop=stop_after_attempt(3),
    wait=wait_exponential(multiplier=1, min=1, max=4),
    retry=retry_if_exception_type(httpx.HTTPError),
    reraise=True,
)
def post_once(url: str, payload: dict[str, Any], key: str, tries: list[int]) -> None:
    tries.append(1)
    headers = {"Idempotency-Key": key}
    httpx.post(url, json=payload, headers=headers, timeout=2).raise_for_status()


def deliver(delivery_id: str, url: str, payload: dict[str, Any]) -> None:
    storage = get_storage()
    tries: list[int] = []
    try:
        post_once(url, payload, delivery_id, tries)
        action, status = "delivery_succeeded", "delivered"
    except httpx.HTTPError as error:
        print(f"[Background] giving up on {delivery_id}: {error!r}")
        action, status = "delivery_failed", "failed"
    storage.update("deliveries", delivery_id, status=status, attempts=len(tries) - 1)
    storage.audit(action, delivery_id=delivery_id, attempts=len(tries) - 1)


@app.post("/deliveries", status_code=202)
def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = uuid4().hex
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, str(delivery.url), delivery.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
