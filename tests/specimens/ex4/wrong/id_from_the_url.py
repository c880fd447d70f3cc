"""The id comes from the url: a second delivery to it is the first one.

task: 1
"""

import time
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep

app = FastAPI()


class New(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


def send(url, payload, key):
    try:
        response = httpx.post(url, json=payload, headers={"Idempotency-Key": key})
    except Exception:
        return False
    return response.is_success


def run(storage, delivery_id, url, payload):
    key = str(uuid4())
    attempts = 0
    ok = False
    for pause in (1, 2, 0):
        attempts += 1
        ok = send(url, payload, key)
        if ok:
            break
        if pause:
            time.sleep(pause)
    storage.update("deliveries", delivery_id, status="delivered" if ok else "failed", attempts=attempts)
    storage.audit("delivery_succeeded" if ok else "delivery_failed", delivery_id=delivery_id, attempts=attempts)


@app.post("/deliveries", status_code=202)
def create(new: New, background: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid5(NAMESPACE_URL, str(new.url)))
    if storage.get("deliveries", delivery_id) is None:
        storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    background.add_task(run, storage, delivery_id, str(new.url), new.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
