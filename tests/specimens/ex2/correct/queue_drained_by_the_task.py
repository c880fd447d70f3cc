"""Tasks put their job on a queue and then work off whatever is on it, one job at a time."""

from datetime import date
from queue import Empty, Queue
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import get_mailer, get_storage

app = FastAPI()
queue: Queue = Queue()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


def work(job_id: str, order: Order) -> None:
    storage = get_storage()
    storage.update("reports", job_id, status="running")
    try:
        storage.save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))
    except Exception as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        return
    storage.update("reports", job_id, status="done")
    try:
        get_mailer().send(order.email, "Your report", f"Report {job_id} is ready.")
    except Exception as error:
        storage.audit("report_email_failed", job_id=job_id, reason=str(error))


def drain(*job) -> None:
    queue.put(job)
    try:
        while True:
            work(*queue.get_nowait())
    except Empty:
        pass


@app.post("/reports", status_code=202)
async def order(order: Order, tasks: BackgroundTasks):
    job_id = str(uuid4())
    get_storage().insert("reports", id=job_id, status="pending")
    tasks.add_task(drain, job_id, order)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
async def show(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
async def download(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return Response(get_storage().read_file(f"reports/{job_id}.csv"), media_type="text/csv")
