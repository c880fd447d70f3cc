"""Failures are recorded and raised again, so that the server's log has the traceback."""

from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep

app = FastAPI()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


def produce(job_id: str, order: Order, storage) -> None:
    storage.update("reports", job_id, status="running")
    try:
        storage.save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))
    except Exception as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        raise  # ends the remaining tasks, which is just what is wanted: no mail
    storage.update("reports", job_id, status="done")


def announce(job_id: str, order: Order, storage, mailer) -> None:
    try:
        mailer.send(order.email, "Your report", f"Report {job_id} is ready.")
    except Exception as error:
        storage.audit("report_email_failed", job_id=job_id, reason=str(error))
        raise


@app.post("/reports", status_code=202)
def order(order: Order, tasks: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending")
    tasks.add_task(produce, job_id, order, storage)
    tasks.add_task(announce, job_id, order, storage, mailer)
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
