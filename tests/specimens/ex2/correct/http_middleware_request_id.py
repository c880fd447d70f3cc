"""@app.middleware("http") gives each request an id, which a context variable brings to the task."""

from contextvars import ContextVar
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep

app = FastAPI()
request_id: ContextVar[str] = ContextVar("request_id", default="-")


@app.middleware("http")
async def set_request_id(request: Request, call_next):
    request_id.set(uuid4().hex)
    response = await call_next(request)
    response.headers["X-Request-Id"] = request_id.get()
    return response


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
    print(f"[{request_id.get()}] building {job_id}")
    storage.update("reports", job_id, status="running", request_id=request_id.get())
    try:
        storage.save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))
    except Exception as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        return
    storage.update("reports", job_id, status="done")
    try:
        mailer.send(order.email, "Report ready", f"Your report: /reports/{job_id}/file")
    except Exception:
        storage.audit("report_email_failed", job_id=job_id, request_id=request_id.get())


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
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str, storage: StorageDep):
    if show(job_id, storage)["status"] != "done":
        raise HTTPException(409)
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
