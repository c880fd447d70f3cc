"""A semaphore lets two reports be built at a time; a TaskGroup reports progress meanwhile."""

import asyncio
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep

app = FastAPI()
slots = asyncio.Semaphore(2)


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


async def progress(job_id: str) -> None:
    print(f"[Background] building {job_id}")


async def build(job_id: str, order: Order) -> bytes:
    async with slots, asyncio.TaskGroup() as group:
        group.create_task(progress(job_id))
        data = group.create_task(asyncio.to_thread(build_report, order.start, order.end))
    return data.result()


async def produce(job_id: str, order: Order, storage, mailer) -> None:
    storage.update("reports", job_id, status="running")
    try:
        storage.save_file(f"reports/{job_id}.csv", await build(job_id, order))
    except* Exception as group:
        reason = "; ".join(str(error) for error in group.exceptions)
        storage.update("reports", job_id, status="failed", reason=reason)
    else:
        storage.update("reports", job_id, status="done")
        try:
            mailer.send(order.email, "Your report", f"Report {job_id} is ready.")
        except Exception as error:
            storage.audit("report_email_failed", job_id=job_id, reason=str(error))


@app.post("/reports", status_code=202)
async def order(order: Order, tasks: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending")
    tasks.add_task(produce, job_id, order, storage, mailer)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
async def show(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
async def download(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
