"""The endpoint returns the text itself, which FastAPI turns into a JSON string.

task: 2
"""

from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr

from exercises.ex2.report import build_report
from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr


@app.post("/reports", status_code=202)
async def order(order: Order, bg: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    if order.end < order.start:
        raise HTTPException(422, "end < start")
    job_id = f"{uuid4()}"
    path = f"reports/{job_id}.csv"

    def steps():
        yield "running"
        storage.save_file(path, build_report(order.start, order.end))
        yield "done"

    def job():
        try:
            for status in steps():
                storage.update("reports", job_id, status=status)
        except Exception as why:
            storage.update("reports", job_id, status="failed", reason=str(why))
            return
        try:
            mailer.send(order.email, "CSV ready", f"Get {path}")
        except MailError:
            storage.audit("report_email_failed", job_id=job_id)

    storage.insert("reports", id=job_id, status="pending")
    bg.add_task(job)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
async def show(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": row["id"], "status": row["status"]}


@app.get("/reports/{job_id}/file")
async def download(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return storage.read_file(f"reports/{job_id}.csv").decode()
