"""A callable Runner object turns a build into an outcome value, and a match statement acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailerDep, MailError, Storage, StorageDep, StorageError

app = FastAPI()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self) -> Order:
        if self.end < self.start:
            raise ValueError("end before start")
        return self


@dataclass
class Finished:
    size: int


@dataclass
class Broken:
    reason: str


class Runner:
    def __init__(self, job_id: str, order: Order, storage: Storage, mailer) -> None:
        self.job_id, self.order, self.storage, self.mailer = job_id, order, storage, mailer

    def __call__(self) -> None:
        self.status(status="running")
        match self.make():
            case Finished(size):
                self.status(status="done", size=size)
                self.tell()
            case Broken(reason):
                self.status(status="failed", reason=reason)

    def make(self) -> Finished | Broken:
        try:
            data = build_report(self.order.start, self.order.end)
            self.storage.save_file(f"reports/{self.job_id}.csv", data)
        except (ReportError, StorageError) as error:
            return Broken(str(error))
        return Finished(len(data))

    def tell(self) -> None:
        try:
            self.mailer.send(self.order.email, "Your report", f"Job {self.job_id} is done.")
        except MailError as error:
            self.storage.audit("report_email_failed", job_id=self.job_id, reason=str(error))

    def status(self, **columns) -> None:
        self.storage.update("reports", self.job_id, **columns)


@app.post("/reports", status_code=202)
def order(order: Order, tasks: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending")
    tasks.add_task(Runner(job_id, order, storage, mailer))
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
def show(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str, storage: StorageDep):
    if show(job_id, storage)["status"] != "done":
        raise HTTPException(409)
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
