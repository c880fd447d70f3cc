"""The audit entry is called delivery_success.

task: 4
also: 6
"""

import time
from typing import Any
from uuid import uuid4

import httpx
from pydantic import BaseModel, HttpUrl, ValidationError
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from exercises.services import get_storage


class Delivery(BaseModel):
    url: HttpUrl
    payload: dict[str, Any]


def deliver(delivery_id: str, delivery: Delivery) -> None:
    headers = {"Idempotency-Key": delivery_id}
    for attempt in range(3):
        time.sleep([0, 1, 2][attempt])
        try:
            answer = httpx.post(str(delivery.url), json=delivery.payload, headers=headers)
        except httpx.HTTPError:
            continue
        if answer.is_success:
            finish(delivery_id, "delivered", "delivery_success", attempt + 1)
            return
    finish(delivery_id, "failed", "delivery_failed", 3)


def finish(delivery_id: str, status: str, action: str, attempts: int) -> None:
    get_storage().update("deliveries", delivery_id, status=status, attempts=attempts)
    get_storage().audit(action, delivery_id=delivery_id, attempts=attempts)


async def create(request: Request) -> JSONResponse:
    try:
        delivery = Delivery.model_validate_json(await request.body())
    except ValidationError as error:
        problems = [problem["msg"] for problem in error.errors(include_url=False)]
        return JSONResponse({"detail": problems}, status_code=422)
    delivery_id = str(uuid4())
    get_storage().insert("deliveries", id=delivery_id, status="pending", attempts=0)
    task = BackgroundTask(deliver, delivery_id, delivery)
    return JSONResponse({"delivery_id": delivery_id}, 202, background=task)


async def read(request: Request) -> JSONResponse:
    row = get_storage().get("deliveries", request.path_params["delivery_id"])
    if row is None:
        return JSONResponse({"detail": "unknown delivery"}, 404)
    return JSONResponse(
        {"delivery_id": row["id"], "status": row["status"], "attempts": row["attempts"]}
    )


app = Starlette(
    routes=[
        Route("/deliveries", create, methods=["POST"]),
        Route("/deliveries/{delivery_id}", read),
    ]
)
