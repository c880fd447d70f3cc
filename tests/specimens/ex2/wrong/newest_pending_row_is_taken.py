"""The task takes the newest pending row instead of its own.

task: 5
may: 6
"""

from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailError, MailerDep, StorageDep, StorageError

app = FastAPI(title="Report generator")


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
    pending = storage.find("reports", status="pending")
    if not pending:
        return
    job_id = pending[-1]["id"]
    storage.update("reports", job_id, status="running")
    try:
        data = build_report(order.start, order.end)
        storage.save_file(f"reports/{job_id}.csv", data)
    except (ReportError, StorageError) as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        return
    storage.update("reports", job_id, status="done")
    try:
        mailer.send(order.email, "Your report", f"Job {job_id} is done.")
    except MailError:
        storage.audit("report_email_failed", job_id=job_id)


@app.post("/reports", status_code=202)
def order_report(
    order: Order, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep
) -> dict[str, str]:
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending")
    background.add_task(work, job_id, order, storage, mailer)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
def show(job_id: str, storage: StorageDep) -> dict[str, str]:
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str, storage: StorageDep) -> Response:
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
