"""A repository writes all columns at every save, also when it notes that the mail left."""

from dataclasses import asdict, dataclass, field
from datetime import date
from uuid import uuid4

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
    def in_order(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


@dataclass
class Job:
    start: date
    end: date
    email: str
    id: str = field(default_factory=lambda: str(uuid4()))
    status: str = "pending"
    reason: str | None = None
    mailed: bool = False


class Jobs:
    def add(self, job: Job) -> None:
        get_storage().insert("reports", **asdict(job))

    def save(self, job: Job) -> None:
        columns = asdict(job)
        get_storage().update("reports", columns.pop("id"), **columns)

    def get(self, job_id: str) -> Job:
        row = get_storage().get("reports", job_id)
        if row is None:
            raise HTTPException(404)
        return Job(**row)


jobs = Jobs()


def work(job: Job) -> None:
    job.status = "running"
    jobs.save(job)
    try:
        get_storage().save_file(f"reports/{job.id}.csv", build_report(job.start, job.end))
        job.status = "done"
    except (ReportError, StorageError) as error:
        job.status, job.reason = "failed", str(error)
    jobs.save(job)
    if job.status == "done":
        try:
            get_mailer().send(job.email, "Your report", f"Job {job.id} is done.")
            job.mailed = True
            jobs.save(job)
        except MailError:
            get_storage().audit("report_email_failed", job_id=job.id)


@app.post("/reports", status_code=202)
def create(order: Order, tasks: BackgroundTasks):
    job = Job(**order.model_dump())
    jobs.add(job)
    tasks.add_task(work, job)
    return {"job_id": job.id}


@app.get("/reports/{job_id}")
def status(job_id: str):
    return {"job_id": job_id, "status": jobs.get(job_id).status}


@app.get("/reports/{job_id}/file")
def file(job_id: str):
    if jobs.get(job_id).status != "done":
        raise HTTPException(409)
    return Response(get_storage().read_file(f"reports/{job_id}.csv"), media_type="text/csv")
