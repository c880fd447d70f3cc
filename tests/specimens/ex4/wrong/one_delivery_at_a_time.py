"""A lock lets one delivery through at a time: the others wait for its pauses, too.

task: 6
"""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from pydantic import BaseModel, HttpUrl

from exercises.services import get_storage

api = FastAPI()
api.state.deliveries = {}


class Counting:
    def __init__(self, app) -> None:
        self.app = app
        self.requests = 0

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            self.requests += 1
        await self.app(scope, receive, send)


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


sending = asyncio.Lock()


async def deliver(record: dict[str, Any], url: str, payload: dict[str, Any]) -> None:
    delivery_id = record["delivery_id"]
    async with sending, httpx.AsyncClient(timeout=2) as client:
        for wait in (1, 2, None):
            record["attempts"] += 1
            try:
                reply = await client.post(
                    url, json=payload, headers={"Idempotency-Key": delivery_id}
                )
                if reply.is_success:
                    record["status"] = "delivered"
                    break
            except httpx.HTTPError as error:
                record["error"] = repr(error)
            if wait is not None:
                await asyncio.sleep(wait)
        else:
            record["status"] = "failed"
    attempts, status = record["attempts"], record["status"]
    get_storage().update("deliveries", delivery_id, status=status, attempts=attempts)
    action = "delivery_succeeded" if status == "delivered" else "delivery_failed"
    get_storage().audit(action, delivery_id=delivery_id, attempts=attempts)


@api.post("/deliveries", status_code=202)
async def create(request: Request, delivery: Delivery, tasks: BackgroundTasks):
    delivery_id = str(uuid4())
    record = {"delivery_id": delivery_id, "status": "pending", "attempts": 0}
    request.app.state.deliveries[delivery_id] = record
    get_storage().insert("deliveries", **record, id=delivery_id)
    tasks.add_task(deliver, record, str(delivery.url), delivery.payload)
    return {"delivery_id": delivery_id}


@api.get("/deliveries/{delivery_id}")
async def read(request: Request, delivery_id: str):
    try:
        return request.app.state.deliveries[delivery_id]
    except KeyError:
        raise HTTPException(404) from None


app = Counting(api)
