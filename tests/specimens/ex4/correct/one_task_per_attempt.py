"""Four tasks are queued at once: one for each attempt, which may find nothing to do, and one to close."""

import asyncio
import uuid

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, HttpUrl, ValidationError

from exercises.services import get_storage

app = FastAPI()


class Order(BaseModel):
    model_config = ConfigDict(strict=False, extra="ignore")
    url: HttpUrl
    payload: dict[str, object]


class State:
    def __init__(self, order):
        self.order, self.id, self.attempts, self.ok = order, uuid.uuid4().hex, 0, False
        self.pk = get_storage().insert("deliveries", delivery=self.id, status="pending", attempts=0)

    async def attempt(self, pause):
        if self.ok:
            return
        if pause:
            await asyncio.sleep(pause)
        self.attempts += 1
        try:
            async with httpx.AsyncClient() as client:
                answer = await client.post(
                    str(self.order.url),
                    json=self.order.payload,
                    headers={"IDEMPOTENCY-KEY": self.id},
                )
            self.ok = answer.is_success
        except httpx.HTTPError:
            self.ok = False

    def close(self):
        get_storage().audit(
            "delivery_succeeded" if self.ok else "delivery_failed",
            delivery_id=self.id,
            attempts=self.attempts,
            url=str(self.order.url),
        )
        get_storage().update(
            "deliveries",
            self.pk,
            status="delivered" if self.ok else "failed",
            attempts=self.attempts,
        )


@app.post("/deliveries", status_code=202)
async def create(request: Request, tasks: BackgroundTasks):
    try:
        order = Order.model_validate_json(await request.body())
    except ValidationError as e:
        return JSONResponse(
            {"detail": e.errors(include_url=False, include_input=False, include_context=False)}, 422
        )
    state = State(order)
    for pause in (0, 1, 2):
        tasks.add_task(state.attempt, pause)
    tasks.add_task(state.close)
    return {"delivery_id": state.id}


@app.get("/deliveries/{delivery_id}")
async def show(delivery_id: str):
    rows = get_storage().find("deliveries", delivery=delivery_id)
    if not rows:
        raise HTTPException(404)
    return {
        "delivery_id": delivery_id,
        "status": rows[0]["status"],
        "attempts": rows[0]["attempts"],
    }
