"""lifespan owns the thread pool; the background task waits for it."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, EmailStr

from exercises.ex2.report import build_report
from exercises.services import get_mailer, get_storage


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    with ThreadPoolExecutor(4) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr


async def job(job_id: str, order: Order, pool: Executor) -> None:
    storage = get_storage()
    storage.update("reports", job_id, status="running")
    try:
        future = pool.submit(build_report, order.start, order.end)
        data = await asyncio.wrap_future(future)
        storage.save_file(f"reports/{job_id}.csv", data)
    except Exception as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        return
    storage.update("reports", job_id, status="done")
    try:
        get_mailer().send(order.email, "Your report", f"{job_id} is ready")
    except Exception as error:
        storage.audit("report_email_failed", job_id=job_id, reason=str(error))


@app.post("/reports", status_code=202)
async def create(order: Order, request: Request, tasks: BackgroundTasks):
    if order.end < order.start:
        raise HTTPException(422, "the range ends before it starts")
    job_id = uuid4().hex
    get_storage().insert("reports", id=job_id, status="pending")
    tasks.add_task(job, job_id, order, request.app.state.pool)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
async def show(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
async def download(job_id: str):
    status = (await show(job_id))["status"]
    if status != "done":
        raise HTTPException(409, status)
    return Response(get_storage().read_file(f"reports/{job_id}.csv"), media_type="text/csv")
