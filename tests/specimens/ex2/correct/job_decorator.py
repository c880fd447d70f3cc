"""A decorator makes a job of a function: row, id, statuses and failures are its business."""

import functools
from collections.abc import Callable
from datetime import date
from secrets import token_urlsafe

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import get_mailer, get_storage

app = FastAPI()


def job(then: Callable):
    def decorate(func: Callable):
        def run(job_id: str, *args) -> None:
            storage = get_storage()
            storage.update("reports", job_id, status="running")
            try:
                func(job_id, *args)
            except Exception as error:
                storage.update("reports", job_id, status="failed", reason=repr(error))
            else:
                storage.update("reports", job_id, status="done")
                then(job_id, *args)

        @functools.wraps(func)
        def delay(tasks: BackgroundTasks, *args) -> str:
            job_id = token_urlsafe(16)
            get_storage().insert("reports", id=job_id, status="pending")
            tasks.add_task(run, job_id, *args)
            return job_id

        func.delay = delay
        return func

    return decorate


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


def announce(job_id: str, order: Order) -> None:
    try:
        get_mailer().send(order.email, "Report ready", f"Job id: {job_id}")
    except Exception as error:
        get_storage().audit("report_email_failed", job_id=job_id, reason=repr(error))


@job(then=announce)
def make_report(job_id: str, order: Order) -> None:
    data = build_report(order.start, order.end)
    get_storage().save_file(f"reports/{job_id}.csv", data)


@app.post("/reports", status_code=202)
def create(order: Order, tasks: BackgroundTasks):
    return {"job_id": make_report.delay(tasks, order)}


@app.get("/reports/{job_id}")
def show(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str):
    if show(job_id)["status"] != "done":
        raise HTTPException(409)
    return Response(get_storage().read_file(f"reports/{job_id}.csv"), media_type="text/csv")
