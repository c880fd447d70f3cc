"""The report is built in a forked process and comes back over a pipe; the parent does the rest."""

import multiprocessing
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailerDep, StorageDep

app = FastAPI()
fork = multiprocessing.get_context("fork")


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


def build_there(answer, start: date, end: date) -> None:
    try:
        answer.send((build_report(start, end), None))
    except Exception as error:
        answer.send((None, str(error)))


def build_in_other_process(start: date, end: date) -> bytes:
    here, there = fork.Pipe(duplex=False)
    process = fork.Process(target=build_there, args=(there, start, end))
    process.start()
    there.close()
    try:
        data, problem = here.recv()
    except EOFError:
        data, problem = None, "the building process died"
    process.join()
    if problem:
        raise ReportError(problem)
    return data


def produce(job_id: str, order: Order, storage, mailer) -> None:
    storage.update("reports", job_id, status="running")
    try:
        data = build_in_other_process(order.start, order.end)
        storage.save_file(f"reports/{job_id}.csv", data)
    except Exception as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        return
    storage.update("reports", job_id, status="done")
    try:
        mailer.send(order.email, "Your report", f"Job {job_id}")
    except Exception:
        storage.audit("report_email_failed", job_id=job_id)


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
