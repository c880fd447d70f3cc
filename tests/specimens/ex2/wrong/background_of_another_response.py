"""The task is attached to a response that is not the one returned.

task: 2
also: 1, 3, 4, 5
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
    job = BackgroundTask(
        run, job_id, start, end, tell=lambda text: mailer.send(email, "Report", text), store=storage
    )
    accepted = JSONResponse({"job_id": job_id}, status_code=202)
    JSONResponse({}, background=job)
    return accepted


def run(job_id, start, end, *, tell, store):
    store.update("reports", job_id, status="running")
    try:
        store.save_file(f"reports/{job_id}.csv", build_report(start, end))
    except ReportError as error:
        store.update("reports", job_id, status="failed", reason=f"nothing to report: {error}")
    except StorageError as error:
        store.update("reports", job_id, status="failed", reason=f"not saved: {error}")
    else:
        store.update("reports", job_id, status="done")
        try:
            tell(f"Your report {job_id} is waiting for you.")
        except MailError as error:
            store.audit("report_email_failed", job_id=job_id, reason=str(error))


@app.get("/reports/{job_id}")
def status(job_id: str, storage: StorageDep):
    job = storage.get("reports", job_id)
    if job is None:
        return JSONResponse({"detail": "unknown job"}, 404)
    return {"job_id": job["id"], "status": job["status"]}


@app.get("/reports/{job_id}/file")
def file(job_id: str, storage: StorageDep):
    match storage.get("reports", job_id):
        case None:
            raise HTTPException(404, "unknown job")
        case {"status": "done"}:
            return Response(storage.read_file(f"reports/{job_id}.csv"), media_type="text/csv")
        case {"status": other}:
            raise HTTPException(409, f"the job is {other}")
