"""Threads from import do the work; the task puts a job on their queue and polls until it is done."""

import logging
import queue
import threading
import time
from datetime import date
from typing import Any, Literal, Self
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import Mailer, MailerDep, MailError, Storage, StorageDep

logger = logging.getLogger(__name__)
app = FastAPI(title="Report generator")


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check_range(self) -> Self:
        if self.end < self.start:
            raise ValueError("end must not be before start")
        return self


class Accepted(BaseModel):
    job_id: str


class Job(Accepted):
    status: Literal["pending", "running", "done", "failed"]


@app.post("/reports", status_code=202)
def order_report(
    order: Order, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep
) -> Accepted:
    # Random, because whoever knows the id may download the report: 1, 2, 3 can be guessed.
    job_id = str(uuid4())
    # Stored now, because the client may ask for the status as soon as it has the id.
    storage.insert("reports", id=job_id, status="pending", **order.model_dump())
    background.add_task(wait_for, job_id, order, storage, mailer)
    return Accepted(job_id=job_id)


@app.get("/reports/{job_id}")
def show(job_id: str, storage: StorageDep) -> Job:
    return Job(job_id=job_id, status=find_job(job_id, storage)["status"])


@app.get("/reports/{job_id}/file")
def download(job_id: str, storage: StorageDep) -> Response:
    status = find_job(job_id, storage)["status"]
    if status != "done":
        raise HTTPException(409, f"the report is {status}")
    return Response(storage.read_file(path_of(job_id)), media_type="text/csv")


def find_job(job_id: str, storage: Storage) -> dict[str, Any]:
    job = storage.get("reports", job_id)
    if job is None:
        raise HTTPException(404, "no such report")
    return job


def path_of(job_id: str) -> str:
    return f"reports/{job_id}.csv"


def wait_for(job_id, order, storage, mailer):
    done = []
    jobs.put((done, job_id, order, storage, mailer))
    while not done:
        time.sleep(0.05)


def worker():
    while True:
        done, *job = jobs.get()
        try:
            produce(*job)
        finally:
            done.append(True)


jobs = queue.Queue()
for _ in range(8):
    threading.Thread(target=worker, daemon=True).start()


def produce(job_id: str, order: Order, storage: Storage, mailer: Mailer) -> None:
    """Build the report, save it, and tell the requester.

    A plain `def`, so FastAPI runs it in a thread. As `async def` it would run on the event loop,
    and the whole server would stand still for the three seconds that build_report takes.
    """
    storage.update("reports", job_id, status="running")
    try:
        storage.save_file(path_of(job_id), build_report(order.start, order.end))
    except Exception as error:  # whatever it was: the row must not say "running" for ever
        logger.exception("report %s failed", job_id)  # the row tells the client, the log tells you
        reason = f"{type(error).__name__}: {error}"
        storage.update("reports", job_id, status="failed", reason=reason)
        return
    # Only now, with the file in place: whoever reads "done" may fetch it the next moment.
    storage.update("reports", job_id, status="done")

    # Outside of the `try` above, because the report is there whether or not the mail goes out.
    try:
        mailer.send(order.email, "Your report is ready", f"Fetch it at /reports/{job_id}/file")
    except MailError as error:
        storage.audit("report_email_failed", job_id=job_id, reason=str(error))
