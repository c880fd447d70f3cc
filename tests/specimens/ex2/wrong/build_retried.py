"""tenacity builds up to three times, although nothing should be tried again.

task: 3
"""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, EmailStr, ValidationInfo, field_validator

from tenacity import retry, stop_after_attempt
from exercises.ex2.report import build_report
from exercises.services import StorageDep, get_mailer, get_storage

app = FastAPI()
build = retry(stop=stop_after_attempt(3), reraise=True)(build_report)


class Wanted(BaseModel):
    start: date
    end: date
    email: EmailStr

    @field_validator("end")
    @classmethod
    def after_start(cls, end: date, info: ValidationInfo) -> date:
        if "start" in info.data and end < info.data["start"]:
            raise ValueError("end must not lie before start")
        return end


async def produce(job_id: str, wanted: Wanted) -> None:
    storage = get_storage()
    await run_in_threadpool(storage.update, "reports", job_id, status="running")
    try:
        data = await run_in_threadpool(build, wanted.start, wanted.end)
        await run_in_threadpool(storage.save_file, f"reports/{job_id}.csv", data)
    except Exception as exc:
        reason = str(exc) or type(exc).__name__
        await run_in_threadpool(storage.update, "reports", job_id, status="failed", reason=reason)
        return
    await run_in_threadpool(storage.update, "reports", job_id, status="done")
    body = f"The file: /reports/{job_id}/file"
    try:
        await run_in_threadpool(get_mailer().send, wanted.email, "Your report", body)
    except Exception as exc:
        storage.audit("report_email_failed", job_id=job_id, reason=str(exc))


@app.post("/reports", status_code=202)
async def order(wanted: Wanted, background: BackgroundTasks, storage: StorageDep):
    job_id = uuid4()
    row = {"id": job_id, "status": "pending"} | wanted.model_dump()
    await run_in_threadpool(storage.insert, "reports", **row)
    background.add_task(produce, str(job_id), wanted)
    return {"job_id": job_id}


def job(job_id: UUID, storage: StorageDep) -> dict:
    found = storage.get("reports", job_id)
    if found is None:
        raise HTTPException(404)
    return found


@app.get("/reports/{job_id}")
def status(job: Annotated[dict, Depends(job)]):
    return {"job_id": job["id"], "status": job["status"]}


@app.get("/reports/{job_id}/file", response_class=Response)
def file(job: Annotated[dict, Depends(job)], storage: StorageDep):
    if job["status"] != "done":
        raise HTTPException(409, f"status is {job['status']}")
    return Response(storage.read_file(f"reports/{job['id']}.csv"), media_type="text/csv")
