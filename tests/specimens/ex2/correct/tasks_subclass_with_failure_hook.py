"""A BackgroundTasks subclass stops at the first error and hands it to a hook."""

from datetime import date
from uuid import uuid4

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, EmailStr, model_validator
from starlette.background import BackgroundTasks

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep

app = FastAPI()


class Pipeline(BackgroundTasks):
    def __init__(self, on_error) -> None:
        super().__init__()
        self.on_error = on_error

    async def __call__(self) -> None:
        for step in self.tasks:
            try:
                await step()
            except Exception as error:
                self.on_error(step.func.__name__, error)
                return


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


@app.post("/reports")
async def order(order: Order, storage: StorageDep, mailer: MailerDep):
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending")

    def failed(step: str, error: Exception) -> None:
        if step == "announce":
            storage.audit("report_email_failed", job_id=job_id, reason=str(error))
        else:
            storage.update("reports", job_id, status="failed", reason=f"{step}: {error}")

    def build_and_save() -> None:
        storage.save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))

    def announce() -> None:
        mailer.send(order.email, "Your report", f"Report {job_id} is ready.")

    pipeline = Pipeline(on_error=failed)
    pipeline.add_task(storage.update, "reports", job_id, status="running")
    pipeline.add_task(build_and_save)
    pipeline.add_task(storage.update, "reports", job_id, status="done")
    pipeline.add_task(announce)
    return JSONResponse({"job_id": job_id}, status_code=202, background=pipeline)


@app.get("/reports/{job_id}")
async def show(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
async def download(job_id: str, storage: StorageDep):
    row = storage.get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
