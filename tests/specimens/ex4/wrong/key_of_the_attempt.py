"""The number of the attempt is part of the key.

task: 5
"""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import Storage, StorageDep

app = FastAPI()


class State(enum.Enum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class DeliveryIn(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


@dataclass
class Job:
    url: str
    payload: dict[str, Any]
    id: str = field(default_factory=lambda: uuid4().hex)
    key: str = field(default_factory=lambda: str(uuid4()))
    state: State = State.PENDING
    attempts: int = 0

    def step(self, client: httpx.Client) -> None:
        if self.attempts:
            time.sleep(2 ** (self.attempts - 1))
        self.attempts += 1
        try:
            code = client.post(
                self.url,
                json=self.payload,
                headers={"Idempotency-Key": f"{self.key}-{self.attempts}"},
            ).status_code
        except httpx.TransportError:
            code = None
        match code, self.attempts:
            case int(), _ if 200 <= code <= 299:
                self.state = State.DELIVERED
            case _, 3:
                self.state = State.FAILED


def run(job: Job, storage: Storage) -> None:
    with httpx.Client(timeout=2) as client:
        while job.state is State.PENDING:
            job.step(client)
    match job.state:
        case State.DELIVERED:
            storage.audit("delivery_succeeded", delivery_id=job.id, attempts=job.attempts)
        case State.FAILED:
            storage.audit("delivery_failed", delivery_id=job.id, attempts=job.attempts)
    storage.update("deliveries", job.id, status=job.state, attempts=job.attempts)


@app.post("/deliveries", status_code=202)
def create(order: DeliveryIn, tasks: BackgroundTasks, storage: StorageDep):
    job = Job(str(order.url), order.payload)
    storage.insert("deliveries", id=job.id, key=job.key, status=job.state, attempts=0)
    tasks.add_task(run, job, storage=storage)
    return {"delivery_id": job.id}


@app.get("/deliveries/{delivery_id}")
def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
