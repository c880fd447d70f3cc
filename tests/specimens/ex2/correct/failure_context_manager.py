"""Context managers record what goes wrong: one for the job, one for the mail."""

from contextlib import contextmanager
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep, get_storage

app = FastAPI()


class JobFailed(Exception):
    pass


@contextmanager
def job_status(job_id: str):
    storage = get_storage()
    storage.update("reports", job_id, status="running")
    try:
        yield
    except Exception as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        raise JobFailed(job_id) from error
    storage.update("reports", job_id, status="done")


@contextmanager
def audited(action: str, **details):
    try:
        yield
    except Exception as error:
        get_storage().audit(action, error=str(error), **details)


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


def produce(job_id: str, order: Order, mailer) -> None:
    try:
        with job_status(job_id):
            csv = build_report(order.start, order.end)
            get_storage().save_file(f"reports/{job_id}.csv", csv)
    except JobFailed:
        return
    with audited("report_email_failed", job_id=job_id):
        mailer.send(order.email, "Your report", f"Job {job_id} is done.")


@app.post("/reports", status_code=202)
def order(order: Order, tasks: BackgroundTasks, mailer: MailerDep):
    job_id = str(uuid4())
    get_storage().insert("reports", id=job_id, status="pending")
    tasks.add_task(produce, job_id, order, mailer)
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
