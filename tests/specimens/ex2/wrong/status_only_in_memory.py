"""The status lives in a dictionary; the row says pending for ever.

task: 2
also: 3
"""

from datetime import date
from uuid import uuid4

from fastapi import Body, FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import EmailStr
from starlette.background import BackgroundTask

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailerDep, MailError, StorageDep, StorageError

app = FastAPI()
jobs: dict[str, str] = {}
reasons: dict[str, str] = {}


@app.post("/reports")
def order(
    storage: StorageDep,
    mailer: MailerDep,
    start: date = Body(),
    end: date = Body(),
    email: EmailStr = Body(),
):
    if end < start:
        raise RequestValidationError([{"loc": ("body", "end"), "msg": "before start"}])
    job_id = str(uuid4())
    storage.insert("reports", id=job_id, status="pending", start=start, end=end)
    jobs[job_id] = "pending"
    job = BackgroundTask(
        run, job_id, start, end, tell=lambda text: mailer.send(email, "Report", text), store=storage
    )
    return JSONResponse({"job_id": job_id}, status_code=202, background=job)


def run(job_id, start, end, *, tell, store):
    jobs[job_id] = "running"
    try:
        store.save_file(f"reports/{job_id}.csv", build_report(start, end))
    except ReportError as error:
        jobs[job_id], reasons[job_id] = "failed", f"nothing to report: {error}"
    except StorageError as error:
        jobs[job_id], reasons[job_id] = "failed", f"not saved: {error}"
    else:
        jobs[job_id] = "done"
        try:
            tell(f"Your report {job_id} is waiting for you.")
        except MailError as error:
            store.audit("report_email_failed", job_id=job_id, reason=str(error))


@app.get("/reports/{job_id}")
def status(job_id: str, storage: StorageDep):
    if job_id not in jobs:
        return JSONResponse({"detail": "unknown job"}, 404)
    return {"job_id": job_id, "status": jobs[job_id]}


@app.get("/reports/{job_id}/file")
def file(job_id: str, storage: StorageDep):
    match jobs.get(job_id):
        case None:
            raise HTTPException(404, "unknown job")
        case "done":
            return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
        case other:
            raise HTTPException(409, f"the job is {other}")
