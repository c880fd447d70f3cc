"""Short sleeps until a moment of the loop's clock; a middleware attaches the task."""

import uuid
from typing import Any, Annotated
from fastapi import FastAPI, BackgroundTasks, HTTPException, Depends, Request
from pydantic import BaseModel, HttpUrl
from exercises.services import StorageDep, get_storage

import httpx, asyncio
async def deliver(delivery_id, url, payload):
    loop = asyncio.get_running_loop()
    n, ok = 0, False
    async with httpx.AsyncClient() as client:
        while True:
            n += 1
            try:
                ok = (await client.post(url, json=payload, headers={"Idempotency-Key": delivery_id})).is_success
            except httpx.HTTPError:
                pass
            if ok or n == 3: break
            until = loop.time() + (1, 2)[n - 1] + 0.1
            while loop.time() < until:
                await asyncio.sleep(0.25)
    finish(delivery_id, ok, n)

def finish(delivery_id, ok, attempts):
    storage = get_storage()
    storage.update("deliveries", delivery_id, status="delivered" if ok else "failed", attempts=attempts)
    storage.audit("delivery_succeeded" if ok else "delivery_failed", delivery_id=delivery_id, attempts=attempts)

from starlette.background import BackgroundTask
app = FastAPI()

class New(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]

@app.middleware("http")
async def attach(request, call_next):
    response = await call_next(request)
    if job := getattr(request.state, "job", None):
        response.background = BackgroundTask(deliver, *job)
    return response
@app.post("/deliveries", status_code=202)
def accept(new: New, request: Request, storage: StorageDep):
    delivery_id = uuid.uuid4().hex
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    request.state.job = (delivery_id, str(new.url), new.payload)
    return {"delivery_id": delivery_id}

@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
