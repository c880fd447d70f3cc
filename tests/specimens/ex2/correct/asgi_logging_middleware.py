"""A pure ASGI middleware logs each answer and leaves the messages as they come."""

import logging
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, StorageDep

logger = logging.getLogger("reports")


def access_log(app):
    async def middleware(scope, receive, send):
        async def logged_send(message):
            await send(message)
            if message["type"] == "http.response.start":
                logger.info("%s -> %s", scope["path"], message["status"])

        await app(scope, receive, logged_send if scope["type"] == "http" else send)

    return middleware


app = FastAPI()
app.add_middleware(access_log)


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
    logger.info("job %s begins", job_id)
    storage.update("reports", job_id, status="running")
    try:
        storage.save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))
    except Exception as error:
        logger.exception("job %s", job_id)
        storage.update("reports", job_id, status="failed", reason=str(error))
        return
    storage.update("reports", job_id, status="done")
    try:
        mailer.send(order.email, "Report ready", f"Your report: /reports/{job_id}/file")
    except Exception:
        logger.exception("mail for %s", job_id)
        storage.audit("report_email_failed", job_id=job_id)


@app.post("/reports", status_code=202)
def order(order: Order, tasks: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending")
    tasks.add_task(produce, job_id, order, storage, mailer)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
def show(job_id: str, storage: StorageDep):
    if (row := storage.get("reports", job_id)) is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
def download(job_id: str, storage: StorageDep):
    if (row := storage.get("reports", job_id)) is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
