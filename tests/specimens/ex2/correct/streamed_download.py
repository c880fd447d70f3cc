"""The file is served with a StreamingResponse; errors of the domain have an exception handler."""

from datetime import date
from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep

app = FastAPI()


class Problem(Exception):
    def __init__(self, status: int, text: str) -> None:
        self.status, self.text = status, text


@app.exception_handler(Problem)
def answer_problem(request: Request, problem: Problem):
    return JSONResponse({"problem": problem.text}, status_code=problem.status)


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


def produce(job_id: str, order: Order, storage, mailer) -> None:
    storage.update("reports", job_id, status="running")
    try:
        storage.save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))
    except Exception as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        return
    storage.update("reports", job_id, status="done")
    try:
        mailer.send(order.email, "Your report", f"Report {job_id} is ready.")
    except Exception as error:
        storage.audit("report_email_failed", job_id=job_id, reason=str(error))


@app.post("/reports", status_code=202)
def order(order: Order, tasks: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending")
    tasks.add_task(produce, job_id, order, storage, mailer)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
def show(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise Problem(404, "there is no such job")
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str, storage: StorageDep):
    status = show(job_id, storage)["status"]
    if status != "done":
        raise Problem(409, f"the job is {status}")
    csv = BytesIO(storage.read_file(f"reports/{job_id}.csv"))
    return StreamingResponse(csv, media_type="text/csv")
