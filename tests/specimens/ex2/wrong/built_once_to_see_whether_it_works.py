"""The report is built twice, once to see whether it can be.

task: 2
"""

from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr

from exercises.ex2.report import ReportError, build_report
from exercises.services import Mailer, MailerDep, MailError, Storage, StorageDep, StorageError

app = FastAPI(title="Report generator")


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr


def work(job_id: str, order: Order, storage: Storage, mailer: Mailer) -> None:
    storage.update("reports", job_id, status="running")
    try:
        if not build_report(order.start, order.end):  # anything to sell at all?
            raise ReportError("empty report")
        data = build_report(order.start, order.end)
        storage.save_file(f"reports/{job_id}.csv", data)
    except (ReportError, StorageError) as error:
        storage.update("reports", job_id, status="failed", reason=f"failed: {error}")
        return
    storage.update("reports", job_id, status="done")
    try:
        mailer.send(order.email, "Your report", f"Your report {job_id} is ready.")
    except MailError:
        storage.audit("report_email_failed", job_id=job_id)


@app.post("/reports", status_code=202)
def order_report(
    order: Order, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep
) -> dict[str, str]:
    if order.end < order.start:
        raise HTTPException(422, "end is before start")
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending")
    background.add_task(work, job_id, order, storage, mailer)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
def show(job_id: str, storage: StorageDep) -> dict[str, str]:
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404, "no such job")
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str, storage: StorageDep) -> Response:
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404, "no such job")
    if row["status"] != "done":
        raise HTTPException(409, "no file yet")
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
