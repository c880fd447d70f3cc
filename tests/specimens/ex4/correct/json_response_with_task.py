"""The task hangs on a JSONResponse; a blocking client is called through asyncio.to_thread."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, HttpUrl
from starlette.background import BackgroundTask

from exercises.services import get_storage

app = FastAPI()


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


def send(url: str, payload: dict[str, Any], key: str) -> str | None:
    """None when the receiver accepted it, else what went wrong."""
    try:
        answer = httpx.post(url, json=payload, headers={"Idempotency-Key": key}, timeout=2.0)
    except httpx.TimeoutException:
        return "timeout"
    except httpx.HTTPError as error:
        return f"no connection: {error}"
    return None if answer.is_success else f"answer {answer.status_code}"


async def deliver(delivery_id: str, url: str, payload: dict[str, Any]) -> None:
    errors: list[str] = []
    for pause in (0, 1, 2):
        await asyncio.sleep(pause)
        error = await asyncio.to_thread(send, url, payload, delivery_id)
        if error is None:
            break
        errors.append(error)
    attempts = min(len(errors) + 1, 3)
    failed = len(errors) == 3
    get_storage().audit(
        "delivery_failed" if failed else "delivery_succeeded",
        delivery_id=delivery_id,
        attempts=attempts,
        errors=errors,
    )
    status = "failed" if failed else "delivered"
    get_storage().update("deliveries", delivery_id, status=status, attempts=attempts)


@app.post("/deliveries")
async def create(delivery: Delivery):
    delivery_id = str(uuid4())
    get_storage().insert("deliveries", id=delivery_id, status="pending", attempts=0)
    return JSONResponse(
        {"delivery_id": delivery_id},
        status_code=202,
        background=BackgroundTask(deliver, delivery_id, str(delivery.url), delivery.payload),
    )


@app.get("/deliveries/{delivery_id}")
async def read(delivery_id: str):
    row = get_storage().get("deliveries", delivery_id)
    if row is None:
        raise HTTPException(404)
    return {"delivery_id": delivery_id, "status": row["status"], "attempts": row["attempts"]}
