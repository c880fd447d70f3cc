"""Only timeouts and bad answers are caught; a refused connection ends the task.

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
FAILURES = (httpx.TimeoutException, httpx.HTTPStatusError)


class Webhook(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


async def deliver(delivery_id: str, hook: Webhook) -> None:
    storage = get_storage()
    attempts = 0

    @backoff.on_exception(backoff.expo, FAILURES, max_tries=3, jitter=None)
    async def send() -> None:
        nonlocal attempts
        attempts += 1
        async with httpx.AsyncClient() as client:
            response = await client.post(
                str(hook.url), json=hook.payload, headers={"Idempotency-Key": delivery_id}
            )
        response.raise_for_status()

    try:
        await send()
    except FAILURES as error:
        print("[Background] delivery failed:", error)
        storage.update("deliveries", delivery_id, status="failed", attempts=attempts)
        storage.audit("delivery_failed", delivery_id=delivery_id, attempts=attempts)
    else:
        storage.update("deliveries", delivery_id, status="delivered", attempts=attempts)
        storage.audit("delivery_succeeded", delivery_id=delivery_id, attempts=attempts)


@app.post("/deliveries", status_code=202)
async def create(hook: Webhook, background_tasks: BackgroundTasks, storage: StorageDep):
    delivery_id = str(uuid4())
    storage.insert("deliveries", id=delivery_id, status="pending", attempts=0)
    background_tasks.add_task(deliver, delivery_id, hook)
    return {"delivery_id": delivery_id}


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str, storage: StorageDep):
    row = storage.get("deliveries", delivery_id)
    if not row:
        raise HTTPException(status_code=404, detail="not found")
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
