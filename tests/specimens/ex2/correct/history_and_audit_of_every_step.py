"""Every step adds to a column `history` and to the audit log; the row is updated after the mail."""

from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from uuid import uuid4

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailError, StorageError, get_mailer, get_storage


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def v(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


class Job:
    table = "reports"

    def __init__(self, job_id: str):
        row = get_storage().get(self.table, job_id)
        if row is None:
            raise HTTPException(404, "no such job")
        self.__dict__.update(row)

    @property
    def path(self) -> str:
        return str(PurePosixPath(self.table, self.id).with_suffix(".csv"))

    def to(self, status: str, **more):
        self.history = [*self.history, [status, datetime.now(UTC)]]
        get_storage().update(self.table, self.id, status=status, history=self.history, **more)
        self.status = status


def work(job_id: str, order: Order):
    job = Job(job_id)
    get_storage().audit("report_started", job_id=job_id)
    job.to("running", started=datetime.now(UTC))
    try:
        get_storage().save_file(job.path, build_report(order.start, order.end))
    except (ReportError, StorageError) as e:
        job.to("failed", reason=str(e), finished=datetime.now(UTC))
        get_storage().audit("report_failed", job_id=job_id)
        return
    job.to("done", finished=datetime.now(UTC))
    try:
        get_mailer().send(order.email, "Report", job.path)
    except MailError:
        get_storage().audit("report_email_failed", job_id=job_id)
        get_storage().update("reports", job_id, mailed=False)
    else:
        get_storage().update("reports", job_id, mailed=True)
        get_storage().audit("report_announced", job_id=job_id)


app = FastAPI()


@app.post("/reports", status_code=202)
def create(order: Order, tasks: BackgroundTasks):
    job_id = str(uuid4())
    get_storage().insert("reports", id=job_id, status="pending", history=[], order=order)
    get_storage().audit("report_ordered", job_id=job_id)
    tasks.add_task(work, job_id, order)
    return {"job_id": job_id, "status": "pending"}


@app.get("/reports/{job_id}")
def status(job: Job = Depends()):
    return {"job_id": job.id, "status": job.status, "history": job.history}


@app.get("/reports/{job_id}/file")
def file(job: Job = Depends()):
    if job.status != "done":
        raise HTTPException(409, job.status)
    return Response(get_storage().read_file(job.path), media_type="text/csv")
