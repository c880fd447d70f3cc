"""The task looks the job up in a global variable, which the next order overwrites while it builds.

task: 5
may: 2, 3, 4
"""

import uuid
from datetime import date

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailError, StorageError, get_mailer, get_storage

app = FastAPI()


class ReportRequest(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def end_not_before_start(self):
        if self.end < self.start:
            raise ValueError("end is before start")
        return self


job_id = None
request = None


def generate_report():
    storage = get_storage()
    storage.update("reports", job_id, status="running")
    try:
        csv = build_report(request.start, request.end)
        storage.save_file(f"reports/{job_id}.csv", csv)
    except (ReportError, StorageError) as e:
        storage.update("reports", job_id, status="failed", reason=str(e))
        return
    storage.update("reports", job_id, status="done")
    try:
        get_mailer().send(request.email, "Report ready", f"Your report {job_id} is ready.")
    except MailError as e:
        storage.audit("report_email_failed", job_id=job_id, error=str(e))


@app.post("/reports", status_code=202)
def create_report(body: ReportRequest, background_tasks: BackgroundTasks):
    global job_id, request
    job_id, request = str(uuid.uuid4()), body
    get_storage().insert("reports", id=job_id, status="pending")
    background_tasks.add_task(generate_report)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
def report_status(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(status_code=404, detail="Job not found")
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
def report_file(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(status_code=404, detail="Job not found")
    if row["status"] != "done":
        raise HTTPException(status_code=409, detail="Report not ready")
    return Response(get_storage().read_file(f"reports/{job_id}.csv"), media_type="text/csv")
