"""The url is made lower case, path and query too.

task: 2
"""

import time
import uuid
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import Storage, StorageDep

app = FastAPI(title="Retry logic")
PAUSES = {1: 1.0, 2: 2.0}
LAST = 3


class NewDelivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


@dataclass
class Webhook:
    """One delivery: sends, pauses, counts and writes down how it ended."""

    delivery_id: str
    new: NewDelivery
    storage: Storage
    attempts: int = 0

    def run(self) -> None:
        while self.attempts < LAST:
            self.attempts += 1
            if self.send():
                return self.finish("delivered", "delivery_succeeded")
            if self.attempts < LAST:
                time.sleep(PAUSES[self.attempts])
        self.finish("failed", "delivery_failed")

    def send(self) -> bool:
        headers = {"Idempotency-Key": self.delivery_id}
        url = str(self.new.url).lower()
        try:
            with httpx.Client(timeout=5) as client:
                response = client.post(url, json=self.new.payload, headers=headers)
                return response.is_success
        except Exception:
            return False

    def finish(self, status: str, action: str) -> None:
        self.storage.update("deliveries", self.delivery_id, status=status, attempts=self.attempts)
        self.storage.audit(action, delivery_id=self.delivery_id, attempts=self.attempts)


@app.post("/deliveries", status_code=202)
def accept(new: NewDelivery, background: BackgroundTasks, storage: StorageDep) -> dict[str, str]:
    delivery_id = uuid.uuid4().hex
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    background.add_task(Webhook(delivery_id, new, storage).run)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep) -> dict[str, Any]:
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
