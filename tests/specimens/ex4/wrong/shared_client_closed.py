"""A `with` block closes the client of the module after the first delivery.

task: 6
also: 2, 3, 4, 5
"""

import logging
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl
from tenacity import (
    Retrying,
    before_sleep_log,
    retry_if_exception_type,
    retry_if_result,
    stop_after_attempt,
    wait_chain,
    wait_fixed,
)

from exercises.services import StorageDep, get_storage

log = logging.getLogger(__name__)
client = httpx.Client(timeout=2)
app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


def post(url: str, payload: dict[str, Any], key: str) -> bool:
    return client.post(url, json=payload, headers={"Idempotency-Key": key}).is_success


def deliver(delivery_id: str, url: str, payload: dict[str, Any]) -> None:
    retrying = Retrying(
        stop=stop_after_attempt(3),
        wait=wait_chain(wait_fixed(1), wait_fixed(2)),
        retry=retry_if_exception_type(httpx.TransportError) | retry_if_result(lambda ok: not ok),
        retry_error_callback=lambda state: False,
        before_sleep=before_sleep_log(log, logging.INFO),
    )
    with client:
        delivered = retrying(post, url, payload, delivery_id)
    attempts = retrying.statistics["attempt_number"]
    action = "delivery_succeeded" if delivered else "delivery_failed"
    get_storage().audit(action, delivery_id=delivery_id, attempts=attempts)
    status = "delivered" if delivered else "failed"
    get_storage().update("deliveries", delivery_id, status=status, attempts=attempts)


@app.post("/deliveries", status_code=202)
def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, str(delivery.url), delivery.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
