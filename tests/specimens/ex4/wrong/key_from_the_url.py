"""The key is a hash of the url: two deliveries to the same receiver share it.

task: 5
"""

import asyncio
import hashlib
import json
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()


@app.on_event("startup")
async def startup():
    app.state.http = httpx.AsyncClient(timeout=2)


@app.on_event("shutdown")
async def shutdown():
    await app.state.http.aclose()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


async def post(url: str, body: bytes) -> bool:
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": hashlib.md5(url.encode()).hexdigest(),
    }
    try:
        response = await app.state.http.post(url, content=body, headers=headers)
    except (httpx.TimeoutException, httpx.NetworkError, httpx.ProtocolError):
        return False
    except httpx.HTTPError:
        return False
    return response.is_success


async def deliver(delivery_id: str, url: str, payload: dict[str, Any]) -> None:
    body = json.dumps(payload).encode()
    attempts = 1
    delivered = await post(url, body)
    if not delivered:
        await asyncio.sleep(1)
        attempts = 2
        delivered = await post(url, body)
    if not delivered:
        await asyncio.sleep(2)
        attempts = 3
        delivered = await post(url, body)
    action, status = "delivery_failed", "failed"
    if delivered:
        action, status = "delivery_succeeded", "delivered"
    get_storage().audit(action, delivery_id=delivery_id, attempts=attempts)
    get_storage().update("deliveries", delivery_id, status=status, attempts=attempts)


@app.post("/deliveries", status_code=202)
async def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, str(delivery.url), delivery.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
