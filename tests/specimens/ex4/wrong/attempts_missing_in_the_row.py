"""The row gets the final status, its attempts stay 0.

task: 4
also: 2, 3, 6
"""

import time
import uuid

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI(title="Webhook delivery")


@app.middleware("http")
async def add_process_time_header(request: Request, call_next):
    start_time = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Process-Time"] = str(time.perf_counter() - start_time)
    return response


class DeliveryCreate(BaseModel):
    url: HttpUrl
    payload: dict


def deliver_with_retry(delivery_id: str, url: str, payload: dict):
    storage = get_storage()
    max_retries = 2
    retries = 0
    while True:
        try:
            print(f"[Background] POST {url} (attempt {retries + 1})")
            r = httpx.post(url, json=payload, headers={"Idempotency-Key": delivery_id}, timeout=5.0)
            if 200 <= r.status_code < 300:
                status = "delivered"
                break
            print(f"[Background] got {r.status_code}")
        except httpx.RequestError as e:
            print(f"[Background] error: {e}")
        if retries == max_retries:
            status = "failed"
            break
        time.sleep(2**retries)
        retries += 1
    attempts = retries + 1
    storage.update("deliveries", delivery_id, status=status)
    if status == "delivered":
        storage.audit("delivery_succeeded", delivery_id=delivery_id, attempts=attempts)
    else:
        storage.audit("delivery_failed", delivery_id=delivery_id, attempts=attempts)


@app.post("/deliveries", status_code=202)
async def create_delivery(
    delivery: DeliveryCreate, background_tasks: BackgroundTasks, storage: StorageDep
):
    delivery_id = str(uuid.uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    background_tasks.add_task(deliver_with_retry, delivery_id, str(delivery.url), delivery.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def get_delivery(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(status_code=404, detail="Delivery not found")
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
