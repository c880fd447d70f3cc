"""The audit entry does not say which delivery it is about.

task: 4
also: 6
"""

import time
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep


class DeliveryIn(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


class RetryPolicy:
    def __init__(self, waits: Sequence[float] = (1, 2)) -> None:
        self.waits = waits

    def __iter__(self):
        yield 1
        for number, wait in enumerate(self.waits, start=2):
            time.sleep(wait)
            yield number


class DeliveryService:
    def __init__(self, storage: StorageDep, tasks: BackgroundTasks) -> None:
        self.storage = storage
        self.tasks = tasks
        self.policy = RetryPolicy()

    def accept(self, order: DeliveryIn) -> str:
        delivery_id = uuid4().hex
        self.storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
        self.tasks.add_task(self._deliver, delivery_id, order)
        return delivery_id

    def find(self, delivery_id: str) -> dict[str, Any] | None:
        return self.storage.get("deliveries", delivery_id)

    def _deliver(self, delivery_id: str, order: DeliveryIn) -> None:
        status, action = "failed", "delivery_failed"
        with httpx.Client(headers={"Idempotency-Key": delivery_id}, timeout=2) as client:
            for attempts in self.policy:
                try:
                    client.post(str(order.url), json=order.payload).raise_for_status()
                except httpx.HTTPError:
                    continue
                status, action = "delivered", "delivery_succeeded"
                break
        self.storage.update("deliveries", delivery_id, status=status, attempts=attempts)
        self.storage.audit(action, attempts=attempts)


Service = Annotated[DeliveryService, Depends()]
app = FastAPI()


@app.post("/deliveries", status_code=202)
def create(order: DeliveryIn, service: Service):
    return {"delivery_id": service.accept(order)}


@app.get("/deliveries/{delivery_id}")
def read(delivery_id: str, service: Service):
    row = service.find(delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
