"""The endpoint awaits the delivery instead of queueing it.

task: 2
also: 6
"""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import uuid4

import httpx
import stamina
from fastapi import Body, FastAPI, HTTPException
from pydantic import HttpUrl

from exercises.services import StorageDep, get_storage

app = FastAPI()


@dataclass
class Job:
    id: str
    url: str
    payload: dict[str, Any]
    attempts: int = 0


@stamina.retry(on=httpx.HTTPError, attempts=3, wait_initial=1.0, wait_jitter=0, timeout=None)
async def attempt(job: Job, client: httpx.AsyncClient) -> None:
    job.attempts += 1
    answer = await client.post(job.url, json=job.payload, headers={"idempotency-key": job.id})
    answer.raise_for_status()


async def run(job: Job) -> None:
    try:
        async with httpx.AsyncClient(timeout=2.5) as client:
            await attempt(job, client)
    except httpx.HTTPError:
        finish(job, "delivery_failed", "failed")
    else:
        finish(job, "delivery_succeeded", "delivered")


def finish(job: Job, action: str, status: str) -> None:
    get_storage().update("deliveries", job.id, status=status, attempts=job.attempts)
    get_storage().audit(action, delivery_id=job.id, attempts=job.attempts)


@app.post("/deliveries", status_code=202)
async def create(
    url: Annotated[HttpUrl, Body()],
    payload: Annotated[dict[str, Any], Body()],
    storage: StorageDep,
):
    job = Job(f"dlv_{uuid4().hex}", str(url), payload)
    storage.insert("deliveries", id=job.id, url=job.url, status="pending", attempts=0)
    await run(job)
    return {"delivery_id": job.id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404, f"no delivery {delivery_id}")
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
