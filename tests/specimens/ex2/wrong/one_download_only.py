"""The second download of a report is a 404.

task: 2
"""

import uuid
from datetime import date
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, ValidationInfo, field_validator

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailerDep, MailError, StorageDep, StorageError


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @field_validator("end")
    @classmethod
    def not_before_start(cls, end: date, info: ValidationInfo) -> date:
        if "start" in info.data and end < info.data["start"]:
            raise ValueError("end is before start")
        return end


class Reports:
    def __init__(self, storage: StorageDep, mailer: MailerDep, later: BackgroundTasks) -> None:
        self.storage, self.mailer, self.later = storage, mailer, later

    def order(self, order: Order) -> str:
        job_id = uuid.uuid4().hex
        self.storage.insert("reports", id=job_id, status="pending", **order.model_dump())
        self.later.add_task(self.run, job_id, order)
        return job_id

    def run(self, job_id: str, order: Order) -> None:
        self.storage.update("reports", job_id, status="running")
        try:
            self.make(job_id, order)
        except (ReportError, StorageError) as error:
            self.storage.update("reports", job_id, status="failed", reason=str(error) or "unknown")
        else:
            self.storage.update("reports", job_id, status="done")
            self.tell(job_id, order.email)

    def make(self, job_id: str, order: Order) -> None:
        self.storage.save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))

    def tell(self, job_id: str, email: str) -> None:
        try:
            self.mailer.send(email, "Report ready", f"The job id is {job_id}.")
        except MailError:
            self.storage.audit("report_email_failed", job_id=job_id)

    def row(self, job_id: str) -> dict[str, Any]:
        row = self.storage.get("reports", job_id)
        if row is None:
            raise HTTPException(404)
        return row

    def file(self, job_id: str) -> bytes:
        if self.row(job_id)["status"] != "done":
            raise HTTPException(409)
        return self.storage.read_file(f"reports/{job_id}.csv")


fetched: set[str] = set()
ReportsDep = Annotated[Reports, Depends()]
app = FastAPI()


@app.post("/reports", status_code=202)
def order_report(order: Order, reports: ReportsDep) -> dict[str, str]:
    return {"job_id": reports.order(order)}


@app.get("/reports/{job_id}")
def show(job_id: str, reports: ReportsDep) -> dict[str, str]:
    return {"job_id": job_id, "status": reports.row(job_id)["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str, reports: ReportsDep) -> Response:
    if job_id in fetched:
        raise HTTPException(404, "already fetched")
    content = reports.file(job_id)
    fetched.add(job_id)
    return Response(content, media_type="text/csv")
