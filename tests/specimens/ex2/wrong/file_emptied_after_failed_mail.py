"""When the mail fails, the file is overwritten with nothing.

task: 4
"""

import uuid
from datetime import date
from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator
from exercises.ex2.report import ReportError, build_report
from exercises.services import MailError, MailerDep, StorageDep, StorageError

app = FastAPI()

class Order(BaseModel):
    start: date
    end: date
    email: EmailStr
    @model_validator(mode="after")
    def ordered(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self

def work(job_id, order, storage, mailer):
    storage.update("reports", job_id, status="running")
    try:
        storage.save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))
    except (ReportError, StorageError) as e:
        storage.update("reports", job_id, status="failed", reason=str(e))
        return
    storage.update("reports", job_id, status="done")
    try:
        mailer.send(order.email, f"Report {job_id}", "It is ready.")
    except MailError:
        storage.audit("report_email_failed", job_id=job_id)
        storage.save_file(f"reports/{job_id}.csv", b"")

@app.post("/reports", status_code=202)
def order_report(order: Order, bg: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    job_id = str(uuid.uuid4())
    storage.insert("reports", id=job_id, status="pending", **order.model_dump())
    bg.add_task(work, job_id, order, storage, mailer)
    return {"job_id": job_id}

@app.get("/reports/{job_id}")
def show(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}

@app.get("/reports/{job_id}/file")
def download(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
