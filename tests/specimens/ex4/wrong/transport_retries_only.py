"""`retries=2` of the transport only covers failing to connect, and does not wait.

task: 3
also: 2, 4, 5, 6
"""

import time
from collections.abc import Iterator
from typing import Any

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


def delays(first: float = 1.0, factor: float = 2.0, retries: int = 0) -> Iterator[float]:
    for number in range(retries):
        yield first * factor**number


def post(client: httpx.Client, url: str, payload: dict[str, Any]) -> bool:
    try:
        return client.post(url, json=payload).is_success
    except httpx.HTTPError:
        return False


def deliver(delivery_id: str, url: str, payload: dict[str, Any]) -> None:
    waits, attempts = delays(), 1
    transport = httpx.HTTPTransport(retries=2)
    key = {"Idempotency-Key": f"delivery-{delivery_id}"}
    with httpx.Client(transport=transport, headers=key, timeout=2) as client:
        while not (delivered := post(client, url, payload)):
            wait = next(waits, None)
            if wait is None:
                break
            time.sleep(wait)
            attempts += 1
    storage = get_storage()
    status, action = ("delivered", "succeeded") if delivered else ("failed", "failed")
    storage.update("deliveries", delivery_id, status=status, attempts=attempts)
    storage.audit(f"delivery_{action}", delivery_id=delivery_id, attempts=attempts)


@app.post("/deliveries", status_code=202)
def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    row_id = storage.insert("deliveries", status="pending", attempts=0, url=delivery.url)
    tasks.add_task(deliver, str(row_id), str(delivery.url), delivery.payload)
    return {"delivery_id": str(row_id)}


@app.get("/deliveries/{delivery_id}")
def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
