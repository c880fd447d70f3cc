"""The job is a functools.partial with keyword arguments only."""

from datetime import date
from functools import partial
from typing import Annotated
from uuid import uuid4

from fastapi import BackgroundTasks, Body, FastAPI, HTTPException, Response
from pydantic import EmailStr

from exercises.ex2.report import build_report
from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


def run_job(*, build, save, status, mail, mail_failed) -> None:
    status(status="running")
    try:
        save(data=build())
    except Exception as error:
        status(status="failed", reason=str(error))
        return
    status(status="done")
    try:
        mail()
    except MailError as error:
        mail_failed(reason=str(error))


@app.post("/reports", status_code=202)
def order(
    start: Annotated[date, Body()],
    end: Annotated[date, Body()],
    email: Annotated[EmailStr, Body()],
    tasks: BackgroundTasks,
    storage: StorageDep,
    mailer: MailerDep,
):
    if end < start:
        raise HTTPException(status_code=422, detail="end must not be before start")
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending", start=start, end=end)
    job = partial(
        run_job,
        build=partial(build_report, start, end),
        save=partial(storage.save_file, f"reports/{job_id}.csv"),
        status=partial(storage.update, "reports", job_id),
        mail=partial(mailer.send, email, "Your report is ready", f"Job {job_id} is done."),
        mail_failed=partial(storage.audit, "report_email_failed", job_id=job_id),
    )
    tasks.add_task(job)
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
