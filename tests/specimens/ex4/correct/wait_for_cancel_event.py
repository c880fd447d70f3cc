"""Each delivery could be cancelled: it waits for an asyncio.Event with a timeout."""

import asyncio
import contextlib
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import Storage, StorageDep

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


class Sender:
    def __init__(self, storage: Storage, delivery: Delivery) -> None:
        self.id = str(uuid4())
        self.storage = storage
        self.delivery = delivery
        self.attempts = 0
        self.cancelled = asyncio.Event()

    async def run(self) -> None:
        delivered = False
        for wait in (None, 1.2, 2.2):
            if wait and await self._cancelled_within(wait):
                break
            self.attempts += 1
            if delivered := await self._post():
                break
        status, action = ("delivered", "succeeded") if delivered else ("failed", "failed")
        self.storage.update("deliveries", self.id, status=status, attempts=self.attempts)
        self.storage.audit(f"delivery_{action}", delivery_id=self.id, attempts=self.attempts)

    async def _cancelled_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.cancelled.wait(), timeout=seconds)
        return self.cancelled.is_set()

    async def _post(self) -> bool:
        headers = {"Idempotency-Key": self.id}
        try:
            async with httpx.AsyncClient(timeout=2, headers=headers) as client:
                answer = await client.post(str(self.delivery.url), json=self.delivery.payload)
        except httpx.HTTPError:
            return False
        return answer.is_success


@app.post("/deliveries", status_code=202)
async def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    sender = Sender(storage, delivery)
    storage.insert("deliveries", id=sender.id, status="pending", attempts=0)
    tasks.add_task(sender.run)
    return {"delivery_id": sender.id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
