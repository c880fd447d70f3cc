"""Jobs are kept on app.state for GET, and every change is written to the row as well."""

from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()
app.state.jobs = {}


class ReportRequest(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def validate_range(self):
        if self.start > self.end:
            raise ValueError("start > end")
        return self


def set_status(job_id: str, status: str, **columns):
    get_storage().update("reports", job_id, status=status, **columns)
    app.state.jobs[job_id]["status"] = status


def generate(job_id: str, body: ReportRequest):
    set_status(job_id, "running")
    try:
        csv = build_report(body.start, body.end)
        get_storage().save_file(f"reports/{job_id}.csv", csv)
        app.state.jobs[job_id]["csv"] = csv
        set_status(job_id, "done")
    except Exception as e:
        set_status(job_id, "failed", reason=str(e))
    else:
        try:
            get_mailer().send(body.email, "Report finished", f"Report id: {job_id}")
        except MailError as e:
            get_storage().audit("report_email_failed", job_id=job_id, detail=str(e))


@app.post("/reports", status_code=202)
async def create_report(body: ReportRequest, background_tasks: BackgroundTasks):
    job_id = str(uuid4())
    app.state.jobs[job_id] = {"job_id": job_id, "status": "pending"}
    get_storage().insert("reports", id=job_id, status="pending")
    background_tasks.add_task(generate, job_id, body)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
async def get_status(job_id: str, request: Request):
    if job_id not in request.app.state.jobs:
        raise HTTPException(status_code=404)
    job = request.app.state.jobs[job_id]
    return {"job_id": job["job_id"], "status": job["status"]}


@app.get("/reports/{job_id}/file")
async def get_file(job_id: str, request: Request):
    job = request.app.state.jobs.get(job_id)
    if job is None:
        raise HTTPException(status_code=404)
    if job["status"] != "done":
        raise HTTPException(status_code=409)
    return Response(content=job["csv"], media_type="text/csv")
