"""Long texts of the payload are cut to what a VARCHAR(255) holds.

task: 2
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep

app = FastAPI()
pool = ThreadPoolExecutor(max_workers=50, thread_name_prefix="webhook")


class NewDelivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


async def deliver(delivery_id, url, payload, storage):
    loop = asyncio.get_running_loop()
    payload = {k: v[:255] if isinstance(v, str) else v for k, v in payload.items()}
    request = partial(httpx.post, url, json=payload, headers={"Idempotency-Key": delivery_id})
    pauses = iter((1, 2))
    attempts = 0
    while True:
        attempts += 1
        try:
            ok = (await loop.run_in_executor(pool, request)).is_success
        except httpx.HTTPError:
            ok = False
        if ok or (pause := next(pauses, None)) is None:
            break
        await asyncio.sleep(pause)
    storage.update("deliveries", delivery_id, status="delivered" if ok else "failed", attempts=attempts)
    storage.audit("delivery_succeeded" if ok else "delivery_failed", delivery_id=delivery_id,
                  attempts=attempts)


@app.post("/deliveries", status_code=202)
async def accept(new: NewDelivery, background: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    background.add_task(deliver, delivery_id, str(new.url), new.payload, storage)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
