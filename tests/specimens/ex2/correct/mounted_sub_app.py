"""The report API is an app of its own, mounted at the root of `app`, which has a front page."""

from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep

api = FastAPI(title="Reports")


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


@api.post("/reports", status_code=202)
async def order(order: Order, tasks: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending")

    def build():
        storage.update("reports", job_id, status="running")
        try:
            storage.save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))
            storage.update("reports", job_id, status="done")
        except Exception as error:
            storage.update("reports", job_id, status="failed", reason=str(error))

    def tell():
        if storage.find("reports", id=job_id, status="done"):
            try:
                mailer.send(order.email, "Ready", f"Your report {job_id}")
            except Exception as error:
                storage.audit("report_email_failed", job_id=job_id, reason=str(error))

    tasks.add_task(build)
    tasks.add_task(tell)
    return {"job_id": job_id}


@api.get("/reports/{job_id}")
async def show(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@api.get("/reports/{job_id}/file")
async def download(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")


app = FastAPI()


@app.get("/")
async def front_page():
    return {"docs": "/docs"}


app.mount("/", api)
