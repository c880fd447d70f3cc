"""The id is a default value, which Python computes once: every job gets the same.

task: 1
may: 2
also: 3, 4, 5, 6
"""

from datetime import date
from typing import Annotated
from uuid import uuid4

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep, get_storage

app = FastAPI()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def in_order(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


def mark_running(job_id: str) -> None:
    get_storage().update("reports", job_id, status="running")


def build_and_save(job_id: str, start: date, end: date) -> None:
    storage = get_storage()
    try:
        storage.save_file(f"reports/{job_id}.csv", build_report(start, end))
        storage.update("reports", job_id, status="done")
    except Exception as error:
        storage.update("reports", job_id, status="failed", reason=str(error))


def announce(job_id: str, email: str, mailer) -> None:
    if get_storage().get("reports", job_id)["status"] != "done":
        return
    try:
        mailer.send(email, "Your report", f"Report {job_id} is ready")
    except Exception as error:
        get_storage().audit("report_email_failed", job_id=job_id, error=str(error))


@app.post("/reports", status_code=202)
def order_report(
    order: Order,
    tasks: BackgroundTasks,
    mailer: MailerDep,
    storage: StorageDep,
    job_id: Annotated[str, Depends(lambda made=str(uuid4()): made)],
):
    storage.insert("reports", id=job_id, status="pending")
    tasks.add_task(mark_running, job_id)
    tasks.add_task(build_and_save, job_id, order.start, order.end)
    tasks.add_task(announce, job_id, order.email, mailer=mailer)
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
