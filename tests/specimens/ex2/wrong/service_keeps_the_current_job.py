"""One service object for all keeps the current order in attributes, and overlapping jobs mix them up.

task: 5
may: 1, 2, 3, 4
"""

from datetime import date
from functools import lru_cache
from uuid import uuid4

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import Mailer, MailError, Storage, get_mailer, get_storage


class ReportOrder(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def _range(self) -> "ReportOrder":
        if self.start > self.end:
            raise ValueError("start must not be after end")
        return self


class ReportService:
    table = "reports"

    def __init__(self, storage: Storage, mailer: Mailer) -> None:
        self._storage, self._mailer = storage, mailer

    def accept(self) -> str:
        return self._storage.insert(self.table, id=str(uuid4()), status="pending")

    def find(self, job_id: str) -> dict:
        row = self._storage.get(self.table, job_id)
        if row is None:
            raise HTTPException(404, "no such job")
        return row

    def content(self, job_id: str) -> bytes:
        if self.find(job_id)["status"] != "done":
            raise HTTPException(409, "not done")
        return self._storage.read_file(self._path(job_id))

    def fulfil(self) -> None:
        self._set(self.job_id, status="running")
        try:
            data = build_report(self.order.start, self.order.end)
            self._storage.save_file(self._path(self.job_id), data)
        except Exception as error:
            self._set(self.job_id, status="failed", reason=f"{error}")
        else:
            self._set(self.job_id, status="done")
            self._announce(self.job_id, self.order.email)

    def _announce(self, job_id: str, email: str) -> None:
        try:
            self._mailer.send(email, "Your report is ready", f"Report number {job_id}")
        except MailError as error:
            self._storage.audit("report_email_failed", job_id=job_id, reason=str(error))

    def _set(self, job_id: str, **columns: str) -> None:
        self._storage.update(self.table, job_id, **columns)

    def _path(self, job_id: str) -> str:
        return f"{self.table}/{job_id}.csv"


@lru_cache
def service() -> ReportService:
    return ReportService(get_storage(), get_mailer())


app = FastAPI()
router = APIRouter()


@router.post("/reports", status_code=202)
def order(
    order: ReportOrder, tasks: BackgroundTasks, reports: ReportService = Depends(service)
) -> dict[str, str]:
    job_id = reports.job_id = reports.accept()
    reports.order = order
    tasks.add_task(reports.fulfil)
    return {"job_id": job_id}


@router.get("/reports/{job_id}")
def show(job_id: str, reports: ReportService = Depends(service)) -> dict[str, str]:
    return {"job_id": job_id, "status": reports.find(job_id)["status"]}


@router.get("/reports/{job_id}/file")
def file(job_id: str, reports: ReportService = Depends(service)) -> Response:
    return Response(reports.content(job_id), media_type="text/csv; charset=utf-8")


app.include_router(router)
