"""The retries live in an httpx transport around the real one."""

import time
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


class Retrying(httpx.BaseTransport):
    def __init__(self, waits: tuple[float, ...]) -> None:
        self.inner = httpx.HTTPTransport()
        self.waits = waits
        self.attempts = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for wait in self.waits:
            try:
                response = self._attempt(request)
                if response.is_success:
                    return response
                response.close()
            except httpx.TransportError:
                pass
            time.sleep(wait)
        return self._attempt(request)

    def _attempt(self, request: httpx.Request) -> httpx.Response:
        self.attempts += 1
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


def deliver(delivery_id: str, url: str, payload: dict[str, Any]) -> None:
    transport = Retrying(waits=(1, 2))
    with httpx.Client(transport=transport, headers={"Idempotency-Key": delivery_id}) as client:
        try:
            delivered = client.post(url, json=payload).is_success
        except httpx.HTTPError:
            delivered = False
    status, action = ("delivered", "succeeded") if delivered else ("failed", "failed")
    storage = get_storage()
    storage.update("deliveries", delivery_id, status=status, attempts=transport.attempts)
    storage.audit(f"delivery_{action}", delivery_id=delivery_id, attempts=transport.attempts)


@app.post("/deliveries", status_code=202)
def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, str(delivery.url), delivery.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
