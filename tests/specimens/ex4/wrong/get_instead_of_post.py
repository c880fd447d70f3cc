"""The payload travels with a GET request.

task: 2
also: 3, 4, 6
"""

from typing import Any
from uuid import uuid4

import backoff
import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()
client = httpx.Client(timeout=2)


class Webhook(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


class Courier:
    def __init__(self, delivery_id: str, hook: Webhook) -> None:
        self.delivery_id = delivery_id
        self.hook = hook
        self.attempts = 0

    @backoff.on_predicate(backoff.constant, interval=2, max_tries=3, jitter=None)
    def knock(self) -> bool:
        self.attempts += 1
        try:
            answer = client.request(
                "GET",
                str(self.hook.url),
                json=self.hook.payload,
                headers={"Idempotency-Key": self.delivery_id},
            )
        except httpx.TransportError:
            return False
        return answer.is_success

    def run(self) -> None:
        delivered = self.knock()
        get_storage().audit(
            "delivery_succeeded" if delivered else "delivery_failed",
            delivery_id=self.delivery_id,
            attempts=self.attempts,
        )
        get_storage().update(
            "deliveries",
            self.delivery_id,
            status="delivered" if delivered else "failed",
            attempts=self.attempts,
        )


@app.post("/deliveries", status_code=202)
async def create(hook: Webhook, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(Courier(delivery_id, hook).run)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
