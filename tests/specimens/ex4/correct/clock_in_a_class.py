"""One class plans the next attempt, another waits for what is left until then."""

import time
import uuid
from typing import Any

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


class Clock:
    def __init__(self):
        self.next_at = 0.0

    def plan(self, pause):
        self.next_at = time.monotonic() + pause

    def left(self):
        return self.next_at - time.monotonic()


def post(url, payload, key):
    return httpx.post(url, json=payload, headers={"Idempotency-Key": key}, timeout=2).is_success


class Worker:
    def __init__(self, s, delivery_id, url, payload):
        self.s, self.args, self.id, self.n, self.ok = (
            s,
            (url, payload, delivery_id),
            delivery_id,
            0,
            False,
        )
        self.clock = Clock()

    def wait(self):
        self._wait()

    def _wait(self):
        left = self.clock.left()
        if left > 0:
            time.sleep(left)

    def run(self):
        for pause in (1, 2, None):
            self.n += 1
            try:
                self.ok = post(*self.args)
            except httpx.HTTPError:
                self.ok = False
            if self.ok or pause is None:
                break
            self.clock.plan(pause)
            self.wait()
        self.s.update(
            "deliveries", self.id, status="delivered" if self.ok else "failed", attempts=self.n
        )
        self.s.audit(
            "delivery_succeeded" if self.ok else "delivery_failed",
            delivery_id=self.id,
            attempts=self.n,
        )


def deliver(delivery_id, url, payload):
    Worker(get_storage(), delivery_id, url, payload).run()


@app.post("/deliveries", status_code=202)
def create(body: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid.uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    tasks.add_task(deliver, delivery_id, str(body.url), body.payload)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
def show(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
