"""A heartbeat sleeps three seconds beside the build, as that does."""

import asyncio

from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailError, MailerDep, StorageDep, StorageError

app = FastAPI()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def in_order(self):
        if self.end < self.start:
            raise ValueError("end is before start")
        return self


async def beat(storage, job_id):
    while True:
        await asyncio.sleep(3)
        storage.update("reports", job_id, alive=True)


async def work(job_id, order, storage, mailer):
    storage.update("reports", job_id, status="running")
    beating = asyncio.create_task(beat(storage, job_id))
    try:
        data = await asyncio.to_thread(build_report, order.start, order.end)
        await asyncio.to_thread(storage.save_file, f"reports/{job_id}.csv", data)
    except (ReportError, StorageError) as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        return
    finally:
        beating.cancel()
    storage.update("reports", job_id, status="done")
    try:
        await asyncio.to_thread(mailer.send, order.email, "Your report", f"Report {job_id} is ready.")
    except MailError:
        storage.audit("report_email_failed", job_id=job_id)


@app.post("/reports", status_code=202)
def order_report(order: Order, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending", start=order.start, end=order.end, email=order.email)
    background.add_task(work, job_id, order, storage, mailer)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
def show(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404, "no such job")
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404, "no such job")
    if row["status"] != "done":
        raise HTTPException(409, "not done")
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
