"""Each delivery is made by a forked process of its own, for which the task waits."""

import multiprocessing
import time
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import AnyHttpUrl, BaseModel

from exercises.services import get_storage

app = FastAPI()
processes = multiprocessing.get_context("fork")


class Delivery(BaseModel):
    url: AnyHttpUrl
    payload: dict[str, Any]


def attempt(url, payload, key):
    try:
        return httpx.post(url, json=payload, headers={"Idempotency-Key": key}).is_success
    except httpx.HTTPError:
        return False


def deliver(url, payload, key):
    for number in (1, 2, 3):
        if number > 1:
            time.sleep(number - 1)
        delivered = attempt(url, payload, key)
        if delivered:
            break
    status = "delivered" if delivered else "failed"
    get_storage().update("deliveries", key, status=status, attempts=number)
    action = "delivery_succeeded" if delivered else "delivery_failed"
    get_storage().audit(action, delivery_id=key, attempts=number)


def run(url, payload, key):
    process = processes.Process(target=deliver, args=(url, payload, key))
    process.start()
    process.join()


@app.post("/deliveries", status_code=202)
def accept(delivery: Delivery, background: BackgroundTasks):
    delivery_id = str(uuid4())
    get_storage().insert("deliveries", id=delivery_id, status="pending", attempts=0)
    background.add_task(run, str(delivery.url), delivery.payload, delivery_id)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str):
    row = get_storage().get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
