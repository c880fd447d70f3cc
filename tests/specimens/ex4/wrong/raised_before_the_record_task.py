"""The delivering task raises at the end, so the recording one never runs.

task: 4
also: 2, 3, 6
"""

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl, field_validator

from exercises.services import Storage, StorageDep

app = FastAPI()


class Delivery(BaseModel):
    url: str
    payload: dict[str, Any]

    @field_validator("url")
    @classmethod
    def must_be_http(cls, value: str) -> str:
        HttpUrl(value)
        return value


async def deliver(job: SimpleNamespace) -> None:
    async def attempt() -> bool:
        job.attempts += 1
        async with httpx.AsyncClient() as client, asyncio.timeout(3):
            answer = await client.post(job.url, json=job.payload, headers=job.headers)
        return answer.is_success

    for delay in (0, 1, 2):
        await asyncio.sleep(delay)
        try:
            if await attempt():
                job.status = "delivered"
                return
        except (httpx.HTTPError, TimeoutError) as error:
            print(f"[Background] {job.id}: {error!r}")
    job.status = "failed"
    raise RuntimeError(f"gave up after {job.attempts} attempts")


def record(storage: Storage, job: SimpleNamespace) -> None:
    storage.update("deliveries", job.id, status=job.status, attempts=job.attempts)
    action = {"delivered": "delivery_succeeded", "failed": "delivery_failed"}[job.status]
    storage.audit(action, delivery_id=job.id, attempts=job.attempts)


@app.post("/deliveries", status_code=202)
async def create(delivery: Delivery, tasks: BackgroundTasks, storage: StorageDep):
    job = SimpleNamespace(id=uuid4().hex, attempts=0, status="pending", **delivery.model_dump())
    job.headers = httpx.Headers({"Idempotency-Key": job.id})
    storage.insert("deliveries", id=job.id, status=job.status, attempts=job.attempts)
    tasks.add_task(deliver, job)
    tasks.add_task(record, storage, job)
    return {"delivery_id": job.id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
