"""stamina guards save and mail against connection errors; the errors of the exercise go through."""

from datetime import date
from uuid import uuid4

import stamina
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
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


@stamina.retry(on=ConnectionError, attempts=3, wait_initial=0.2)
def save(path: str, data: bytes) -> None:
    get_storage().save_file(path, data)


@stamina.retry(on=ConnectionError, attempts=3, wait_initial=0.2)
def mail(to: str, subject: str, body: str) -> None:
    get_mailer().send(to, subject, body)


def produce(job_id: str, order: Order) -> None:
    storage = get_storage()
    storage.update("reports", job_id, status="running")
    try:
        save(f"reports/{job_id}.csv", build_report(order.start, order.end))
    except (ReportError, StorageError, ConnectionError) as error:
        storage.update("reports", job_id, status="failed", reason=str(error) or "no connection")
        return
    storage.update("reports", job_id, status="done")
    try:
        mail(order.email, "Your report", f"You find it at /reports/{job_id}/file")
    except (MailError, ConnectionError) as error:
        storage.audit("report_email_failed", job_id=job_id, reason=str(error))


@app.post("/reports", status_code=202)
def order(order: Order, tasks: BackgroundTasks):
    job_id = str(uuid4())
    get_storage().insert("reports", id=job_id, status="pending")
    tasks.add_task(produce, job_id, order)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
def show(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str):
    if show(job_id)["status"] != "done":
        raise HTTPException(409)
    return Response(get_storage().read_file(f"reports/{job_id}.csv"), media_type="text/csv")
