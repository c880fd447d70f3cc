"""A Thread subclass with a result; the task looks twenty times a second whether it has ended."""

import threading
import time
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailError, StorageError, get_mailer, get_storage

app = FastAPI()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr


class Builder(threading.Thread):
    def __init__(self, order: Order) -> None:
        super().__init__(daemon=True)
        self.order, self.data, self.error = order, None, None

    def run(self) -> None:
        try:
            self.data = build_report(self.order.start, self.order.end)
        except ReportError as error:
            self.error = error

    def result(self) -> bytes:
        while self.is_alive():
            time.sleep(0.05)
        if self.error is not None:
            raise self.error
        return self.data


def work(job_id: str, order: Order) -> None:
    s = get_storage()
    s.update("reports", job_id, status="running")
    builder = Builder(order)
    builder.start()
    try:
        s.save_file(f"reports/{job_id}.csv", builder.result())
    except (ReportError, StorageError) as error:
        s.update("reports", job_id, status="failed", reason=f"it failed: {error}")
        return
    s.update("reports", job_id, status="done")
    try:
        get_mailer().send(order.email, "Report is ready", f"See {job_id}")
    except MailError:
        s.audit("report_email_failed", job_id=job_id)


@app.post("/reports", status_code=202)
def order_report(order: Order, background: BackgroundTasks):
    if order.end < order.start:
        raise HTTPException(422)
    job_id = str(uuid4())
    get_storage().insert("reports", id=job_id, status="pending")
    background.add_task(work, job_id, order)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
def show(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return Response(get_storage().read_file(f"reports/{job_id}.csv"), media_type="text/csv")
