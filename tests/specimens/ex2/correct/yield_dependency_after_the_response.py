"""A dependency with yield runs the job in its exit code, after the response has been sent."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep

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


def jobs() -> Iterator[list[Callable[[], None]]]:
    todo: list[Callable[[], None]] = []
    yield todo
    for job in todo:
        job()


@app.post("/reports", status_code=202)
def order(
    order: Order,
    todo: Annotated[list[Callable[[], None]], Depends(jobs)],
    storage: StorageDep,
    mailer: MailerDep,
):
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending")

    def work() -> None:
        storage.update("reports", job_id, status="running")
        try:
            storage.save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))
        except Exception as error:
            storage.update("reports", job_id, status="failed", reason=str(error))
            return
        storage.update("reports", job_id, status="done")
        try:
            mailer.send(order.email, "Your report", f"Job {job_id} is done.")
        except Exception as error:
            storage.audit("report_email_failed", job_id=job_id, reason=str(error))

    todo.append(work)
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
