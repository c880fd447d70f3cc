"""A report that could not be built is built again, although its order will never have sales.

task: 3
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import backoff
from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr

from exercises.ex2 import report
from exercises.ex2.report import ReportError
from exercises.services import get_mailer, get_storage

app = FastAPI()
builders = ThreadPoolExecutor(max_workers=4, thread_name_prefix="report")


class ReportIn(BaseModel):
    start: date
    end: date
    email: EmailStr


@backoff.on_exception(backoff.constant, ReportError, max_tries=2, interval=0.1, jitter=None)
def build(start: date, end: date) -> bytes:
    return report.build_report(start, end)


async def process(job_id: str, order: ReportIn):
    storage = get_storage()
    storage.update("reports", job_id, status="running")
    loop = asyncio.get_running_loop()
    try:
        content = await loop.run_in_executor(builders, build, order.start, order.end)
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
