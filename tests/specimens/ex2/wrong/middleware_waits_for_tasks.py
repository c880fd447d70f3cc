"""A middleware that adds a header sends nothing before the app, tasks included, has ended.

task: 2
also: 5, 6
"""

import time

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr

from exercises.ex2 import report
from exercises.services import get_mailer, get_storage


class TimingMiddleware:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begin, kept = time.perf_counter(), []

        async def keep(message):
            kept.append(message)

        await self.app(scope, receive, keep)
        kept[0]["headers"].append((b"x-seconds", b"%.3f" % (time.perf_counter() - begin)))
        for message in kept:
            await send(message)


app = FastAPI()
app.add_middleware(TimingMiddleware)
builders = ThreadPoolExecutor(max_workers=4, thread_name_prefix="report")


class ReportIn(BaseModel):
    start: date
    end: date
    email: EmailStr


async def process(job_id: str, order: ReportIn):
    storage = get_storage()
    storage.update("reports", job_id, status="running")
    loop = asyncio.get_running_loop()
    try:
        content = await loop.run_in_executor(builders, report.build_report, order.start, order.end)
        storage.save_file(f"reports/{job_id}.csv", content)
    except Exception as e:
        storage.update("reports", job_id, status="failed", error=f"could not make report: {e}")
        return
    storage.update("reports", job_id, status="done")
    try:
        get_mailer().send(order.email, "Report " + job_id, "Your report can be downloaded now.")
    except Exception as e:
        storage.audit("report_email_failed", job_id=job_id, error=str(e))


@app.post("/reports", status_code=202)
async def create(order: ReportIn, background_tasks: BackgroundTasks):
    if order.end < order.start:
        raise HTTPException(status_code=422, detail="end must be on or after start")
    job_id = str(uuid4())
    get_storage().insert("reports", id=job_id, status="pending")
    background_tasks.add_task(process, job_id, order)
    return {"job_id": job_id}


def load(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(status_code=404)
    return row


@app.get("/reports/{job_id}")
async def read(job_id: str):
    return {"job_id": job_id, "status": load(job_id)["status"]}


@app.get("/reports/{job_id}/file")
async def read_file(job_id: str):
    if load(job_id)["status"] != "done":
        raise HTTPException(status_code=409)
    csv = get_storage().read_file(f"reports/{job_id}.csv")
    return Response(content=csv, headers={"Content-Type": "text/csv"})
