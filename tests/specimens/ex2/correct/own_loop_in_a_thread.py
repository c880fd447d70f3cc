"""A plain def task with an event loop of its own in its thread, which the building blocks."""

import asyncio
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailError, StorageError, get_mailer, get_storage

app = FastAPI()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr


async def build_and_save(job_id: str, order: Order) -> Exception | None:
    try:
        data = build_report(order.start, order.end)  # blocks this loop only, which is ours
        get_storage().save_file(f"reports/{job_id}.csv", data)
    except (ReportError, StorageError) as error:
        return error
    return None


async def announce(job_id: str, order: Order) -> None:
    try:
        get_mailer().send(order.email, "Report", f"Report {job_id}")
    except MailError:
        get_storage().audit("report_email_failed", job_id=job_id)


async def job(job_id: str, order: Order) -> None:
    get_storage().update("reports", job_id, status="running")
    if (error := await build_and_save(job_id, order)) is not None:
        get_storage().update("reports", job_id, status="failed", reason=repr(error))
        return
    get_storage().update("reports", job_id, status="done")
    await announce(job_id, order)


def run_job(job_id: str, order: Order) -> None:
    asyncio.run(job(job_id, order))


@app.post("/reports", status_code=202)
async def order_report(order: Order, background: BackgroundTasks):
    if order.end < order.start:
        raise HTTPException(422)
    job_id = str(uuid4())
    get_storage().insert("reports", id=job_id, status="pending")
    background.add_task(run_job, job_id, order)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
async def show(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
async def download(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return Response(get_storage().read_file(f"reports/{job_id}.csv"), media_type="text/csv")
