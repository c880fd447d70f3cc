"""Raw Starlette endpoint classes; the body is checked by hand with a pydantic model."""

from datetime import date
from uuid import uuid4

from fastapi import FastAPI
from pydantic import BaseModel, EmailStr, ValidationError
from starlette.background import BackgroundTask
from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exercises.ex2.report import build_report
from exercises.services import get_mailer, get_storage


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr


class Reports(HTTPEndpoint):
    async def post(self, request: Request) -> Response:
        try:
            order = Order.model_validate_json(await request.body())
        except ValidationError as error:
            raise HTTPException(422, f"{error.error_count()} problems") from None
        if order.end < order.start:
            raise HTTPException(422, "end before start")
        job_id = str(uuid4())
        get_storage().insert("reports", id=job_id, status="pending")
        task = BackgroundTask(produce, job_id, **dict(order))
        return JSONResponse({"job_id": job_id}, 202, background=task)


def produce(job_id: str, start: date, end: date, email: str) -> None:
    storage = get_storage()
    storage.update("reports", job_id, status="running")
    try:
        storage.save_file(f"reports/{job_id}.csv", build_report(start, end))
    except Exception as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        return
    storage.update("reports", job_id, status="done")
    try:
        get_mailer().send(email, "Your report", f"Report {job_id} is ready.")
    except Exception as error:
        storage.audit("report_email_failed", job_id=job_id, reason=str(error))


class Report(HTTPEndpoint):
    async def get(self, request: Request) -> Response:
        job_id = request.path_params["job_id"]
        row = get_storage().get("reports", job_id)
        if row is None:
            raise HTTPException(404)
        return self.answer(job_id, row["status"])

    def answer(self, job_id: str, status: str) -> Response:
        return JSONResponse({"job_id": job_id, "status": status})


class ReportFile(Report):
    def answer(self, job_id: str, status: str) -> Response:
        if status != "done":
            raise HTTPException(409)
        return Response(get_storage().read_file(f"reports/{job_id}.csv"), media_type="text/csv")


app = FastAPI()
app.router.routes += [
    Route("/reports", Reports),
    Route("/reports/{job_id}", Report),
    Route("/reports/{job_id}/file", ReportFile),
]
