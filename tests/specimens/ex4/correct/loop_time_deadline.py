"""Pauses until a deadline of the event loop's own clock."""

from typing import Any
from uuid import uuid4
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl
from exercises.services import StorageDep, get_storage

app = FastAPI()


class New(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


@app.post("/deliveries", status_code=202)
def accept(new: New, background: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0, url=new.url)
    background.add_task(deliver, delivery_id, str(new.url), new.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}


def finish(delivery_id, ok, attempts):
    storage = get_storage()
    storage.update("deliveries", delivery_id, status="delivered" if ok else "failed", attempts=attempts)
    storage.audit("delivery_succeeded" if ok else "delivery_failed", delivery_id=delivery_id, attempts=attempts)

import asyncio, httpx

async def sleep_until(moment):
    loop = asyncio.get_running_loop()
    while (left := moment - loop.time()) > 0:
        await asyncio.sleep(left)

async def deliver(delivery_id, url, payload):
    loop = asyncio.get_running_loop()
    ok = False
    async with httpx.AsyncClient() as client:
        for n in (1, 2, 3):
            try:
                ok = (await client.post(url, json=payload, headers={"Idempotency-Key": delivery_id})).is_success
            except httpx.HTTPError:
                ok = False
            if ok or n == 3:
                break
            await sleep_until(loop.time() + n)
    finish(delivery_id, ok, n)
