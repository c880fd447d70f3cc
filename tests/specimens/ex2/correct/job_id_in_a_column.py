"""The row keeps its number as id and holds the job id in a column, by which it is found."""

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
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


def find_or_404(job_id: str) -> dict:
    rows = get_storage().find("reports", job_id=job_id)
    if not rows:
        raise HTTPException(404, "no such job")
    return rows[0]


def produce(row_id: int, job_id: str, order: Order) -> None:
    storage = get_storage()
    storage.update("reports", row_id, status="running")
    try:
        data = build_report(order.start, order.end)
        storage.save_file(f"reports/{job_id}.csv", data)
    except (ReportError, StorageError) as error:
        storage.update("reports", row_id, status="failed", reason=str(error))
    else:
        storage.update("reports", row_id, status="done")
        try:
            get_mailer().send(order.email, f"Report {job_id} is ready", "Please download it.")
        except MailError as error:
            storage.audit("report_email_failed", job_id=job_id, reason=str(error))


@app.post("/reports", status_code=202)
def order(order: Order, tasks: BackgroundTasks):
    job_id = str(uuid4())
    row_id = get_storage().insert("reports", job_id=job_id, status="pending", **order.model_dump())
    tasks.add_task(produce, row_id, job_id, order)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
def show(job_id: str):
    return {"job_id": job_id, "status": find_or_404(job_id)["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str):
    if find_or_404(job_id)["status"] != "done":
        raise HTTPException(409, "not done yet")
    return Response(get_storage().read_file(f"reports/{job_id}.csv"), media_type="text/csv")
