"""A long report is served without its end.

task: 2
"""

import asyncio
import secrets
from datetime import date

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailError, StorageError, get_mailer, get_storage

app = FastAPI()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check_range(self) -> "Order":
        if self.end < self.start:
            raise ValueError("end must not be before start")
        return self


def set_status(job_id: str, status: str, **more: str) -> None:
    get_storage().update("reports", job_id, status=status, **more)


async def build(job_id: str, order: Order) -> bool:
    try:
        data = await asyncio.to_thread(build_report, order.start, order.end)
        await asyncio.to_thread(get_storage().save_file, f"reports/{job_id}.csv", data)
    except (ReportError, StorageError) as error:
        set_status(job_id, "failed", reason=f"{type(error).__name__}: {error}")
        return False
    set_status(job_id, "done")
    return True


async def announce(job_id: str, email: str) -> None:
    subject, body = f"Report {job_id}", "You can fetch it now."
    try:
        await asyncio.to_thread(get_mailer().send, email, subject, body)
    except MailError:
        get_storage().audit("report_email_failed", job_id=job_id)


async def work(job_id: str, order: Order) -> None:
    set_status(job_id, "running")
    if await build(job_id, order):
        await announce(job_id, order.email)


@app.post("/reports", status_code=202)
async def order_report(order: Order, tasks: BackgroundTasks) -> dict[str, str]:
    job_id = secrets.token_urlsafe()
    get_storage().insert("reports", id=job_id, status="pending")
    tasks.add_task(work, job_id, order)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
async def show(job_id: str) -> dict[str, str]:
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
async def download(job_id: str) -> Response:
    job = await show(job_id)
    if job["status"] != "done":
        raise HTTPException(409)
    lines = get_storage().read_file(f"reports/{job_id}.csv").splitlines(keepends=True)
    return Response(b"".join(lines[:100]), media_type="text/csv")
