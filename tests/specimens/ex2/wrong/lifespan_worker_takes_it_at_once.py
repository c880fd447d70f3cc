"""A worker started in lifespan takes the job from a queue while the endpoint still answers.

task: 2
may: 1, 3, 4, 5
"""

from contextlib import asynccontextmanager

import asyncio
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep

jobs = asyncio.Queue()


async def worker():
    while True:
        await work(*await jobs.get())


@asynccontextmanager
async def lifespan(app):
    task = asyncio.create_task(worker())
    yield
    task.cancel()


app = FastAPI(lifespan=lifespan)


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        assert self.start <= self.end, "the range is empty"
        return self


async def work(job_id, order, storage, mailer):
    storage.update("reports", job_id, status="running")
    try:
        data = await asyncio.to_thread(build_report, order.start, order.end)
        storage.save_file(f"reports/{job_id}.csv", data)
    except Exception as error:
        storage.update("reports", job_id, status="failed", reason=repr(error))
    else:
        storage.update("reports", job_id, status="done")
        try:
            mailer.send(order.email, f"Report {job_id}", "It is ready.")
        except Exception as error:
            storage.audit("report_email_failed", job_id=job_id, reason=repr(error))


@app.post("/reports", status_code=202)
async def order_report(order: Order, storage: StorageDep, mailer: MailerDep):
    job_id = storage.insert("reports", id=uuid4().hex, status="pending", reason=None)
    await jobs.put((job_id, order, storage, mailer))
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
async def show(job_id: str, storage: StorageDep):
    if (row := storage.get("reports", job_id)) is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
async def download(job_id: str, storage: StorageDep):
    if (row := storage.get("reports", job_id)) is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
