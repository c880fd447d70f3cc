"""A StrEnum of statuses and a small state machine that allows only the steps there are."""

from datetime import date
from enum import StrEnum
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, MailError, Storage, StorageDep

app = FastAPI()


class Status(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


ALLOWED = {
    Status.PENDING: {Status.RUNNING},
    Status.RUNNING: {Status.DONE, Status.FAILED},
}


class Job:
    def __init__(self, storage: Storage) -> None:
        self.id, self.status, self.storage = str(uuid4()), Status.PENDING, storage
        storage.insert("reports", id=self.id, status=self.status)

    @property
    def path(self) -> str:
        return f"reports/{self.id}.csv"

    def go(self, status: Status, reason: str | None = None) -> None:
        if status not in ALLOWED.get(self.status, ()):
            raise RuntimeError(f"{self.status} cannot become {status}")
        self.status = status
        self.storage.update("reports", self.id, status=status, reason=reason)


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


def work(job: Job, order: Order, mailer) -> None:
    job.go(Status.RUNNING)
    try:
        job.storage.save_file(job.path, build_report(order.start, order.end))
    except Exception as error:
        return job.go(Status.FAILED, f"{error}")
    job.go(Status.DONE)
    try:
        mailer.send(order.email, "Your report", f"Report {job.id} can be fetched now.")
    except MailError as error:
        job.storage.audit("report_email_failed", job_id=job.id, reason=f"{error}")


@app.post("/reports", status_code=202)
def order(order: Order, tasks: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    job = Job(storage)
    tasks.add_task(work, job, order, mailer)
    return {"job_id": job.id}


@app.get("/reports/{job_id}")
def show(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": Status(row["status"])}


@app.get("/reports/{job_id}/file")
def download(job_id: str, storage: StorageDep):
    status = show(job_id, storage)["status"]
    if status is not Status.DONE:
        raise HTTPException(409)
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
