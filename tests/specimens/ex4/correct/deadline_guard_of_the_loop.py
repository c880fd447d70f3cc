"""Pauses of three and four seconds, with a guard by the loop's own clock."""

import uuid
from typing import Any, Annotated
from fastapi import FastAPI, BackgroundTasks, HTTPException, Depends, Request
from pydantic import BaseModel, HttpUrl
from exercises.services import StorageDep, get_storage

import httpx, asyncio, anyio, time, sched, queue
async def post(url, payload, key):
    try:
        async with httpx.AsyncClient() as c:
            return (await c.post(url, json=payload, headers={"Idempotency-Key": key})).is_success
    except httpx.HTTPError:
        return False
async def pause(s):
    await asyncio.sleep(s)
async def deliver(delivery_id, url, payload):
    n, ok = 0, False
    start = asyncio.get_running_loop().time()
    for s in (0, 3, 4):
        if s:
            if asyncio.get_running_loop().time() - start + s > 9: break  # page: under 10 s
            await pause(s)
        n += 1
        ok = await post(url, payload, delivery_id)
        if ok: break
    finish(delivery_id, ok, n)

def finish(delivery_id, ok, attempts):
    storage = get_storage()
    storage.update("deliveries", delivery_id, status="delivered" if ok else "failed", attempts=attempts)
    storage.audit("delivery_succeeded" if ok else "delivery_failed", delivery_id=delivery_id, attempts=attempts)

app = FastAPI()

class New(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]

@app.post("/deliveries", status_code=202)
async def accept(new: New, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid.uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0, **new.model_dump(mode="json"))
    tasks.add_task(deliver, delivery_id=delivery_id, url=str(new.url), payload=new.payload)
    return {"delivery_id": delivery_id}

@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
