"""An included router; a dependency loads the row for both GET endpoints or answers 404."""

from datetime import date
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, Field, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep

router = APIRouter(prefix="/reports", tags=["reports"])


class ReportIn(BaseModel):
    start: date = Field(examples=["2024-01-01"])
    end: date = Field(examples=["2024-01-31"])
    email: EmailStr

    @model_validator(mode="after")
    def check_dates(self):
        if self.end < self.start:
            raise ValueError("end must be on or after start")
        return self


def get_job(job_id: str, storage: StorageDep) -> dict:
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404, "Report not found")
    return row


Job = Annotated[dict, Depends(get_job)]


def generate(job_id: str, data: ReportIn, storage, mailer) -> None:
    try:
        storage.update("reports", job_id, status="running")
        content = build_report(data.start, data.end)
        storage.save_file(f"reports/{job_id}.csv", content)
        storage.update("reports", job_id, status="done")
    except Exception as exc:
        storage.update(
            "reports", job_id, status="failed", reason=f"{exc.__class__.__name__}: {exc}"
        )
        return
    try:
        mailer.send(data.email, f"Report {job_id}", f"/reports/{job_id}/file")
    except Exception as exc:
        storage.audit("report_email_failed", job_id=job_id, reason=str(exc))


@router.post("", status_code=202)
def create(data: ReportIn, tasks: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending", email=data.email)
    tasks.add_task(generate, job_id, data, storage, mailer)
    return {"job_id": job_id}


@router.get("/{job_id}")
def status(job: Job):
    return {"job_id": job["id"], "status": job["status"]}


@router.get("/{job_id}/file")
def file(job: Job, storage: StorageDep):
    if job["status"] != "done":
        raise HTTPException(409, "Report not ready")
    return Response(storage.read_file(f"reports/{job['id']}.csv"), media_type="text/csv")


app = FastAPI()
app.include_router(router)
