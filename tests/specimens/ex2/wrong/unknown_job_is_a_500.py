"""GET reads the status of a row that is None.

task: 1
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import uuid4

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep, get_storage

app = FastAPI()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def forwards(self):
        if (self.end - self.start).days < 0:
            raise ValueError("the range runs backwards")
        return self


def submitter(tasks: BackgroundTasks) -> Callable[..., str]:
    def submit(func: Callable[..., Any], *args: Any) -> str:
        job_id = str(uuid4())
        get_storage().insert("reports", id=job_id, status="pending")
        tasks.add_task(func, job_id, *args)
        return job_id

    return submit


@app.post("/reports", status_code=202)
async def order_report(
    order: Order, mailer: MailerDep, submit: Annotated[Callable[..., str], Depends(submitter)]
):
    return {"job_id": submit(make_report, order, mailer)}


def make_report(job_id, order, mailer):
    storage = get_storage()
    storage.update("reports", job_id, status="running")
    try:
        csv = build_report(order.start, order.end)
        storage.save_file(f"reports/{job_id}.csv", csv)
    except Exception as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        return
    storage.update("reports", job_id, status="done", bytes=len(csv))
    try:
        mailer.send(order.email, "Your report", f"Done: {job_id}")
    except Exception as error:
        storage.audit("report_email_failed", job_id=job_id, reason=str(error))


@app.get("/reports/{job_id}")
async def show(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
async def download(job_id: str, storage: StorageDep):
    job = await show(job_id, storage)
    if job["status"] != "done":
        raise HTTPException(409)
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
