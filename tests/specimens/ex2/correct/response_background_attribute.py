"""The 202 is built first and its `background` is set before it is returned."""

from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailError, StorageError, get_mailer, get_storage

app = FastAPI()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def not_backwards(self):
        if self.end < self.start:
            raise ValueError("end is before start")
        return self


def produce(job_id: str, order: Order) -> bool:
    storage = get_storage()
    storage.update("reports", job_id, status="running")
    try:
        storage.save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))
    except (ReportError, StorageError) as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        return False
    storage.update("reports", job_id, status="done")
    return True


def produce_and_tell(job_id: str, order: Order) -> None:
    if not produce(job_id, order):
        return
    try:
        get_mailer().send(order.email, "Your report", f"Report {job_id} is ready")
    except MailError as error:
        get_storage().audit("report_email_failed", job_id=job_id, reason=str(error))


@app.post("/reports")
async def order(order: Order) -> Response:
    job_id = str(uuid4())
    get_storage().insert("reports", id=job_id, status="pending")
    response = JSONResponse({"job_id": job_id}, status_code=202)
    tasks = BackgroundTasks()
    tasks.add_task(produce_and_tell, job_id, order)
    response.background = tasks
    return response


@app.get("/reports/{job_id}")
async def show(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
async def download(job_id: str) -> Response:
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    data = get_storage().read_file(f"reports/{job_id}.csv")
    disposition = f'attachment; filename="{job_id}.csv"'
    return Response(data, media_type="text/csv", headers={"Content-Disposition": disposition})
