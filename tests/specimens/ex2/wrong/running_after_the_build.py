"""The row says running only once the report has been built.

task: 2
may: 3
"""

import secrets
from dataclasses import dataclass
from datetime import date

import anyio.to_thread
from fastapi import BackgroundTasks, FastAPI, HTTPException
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, EmailStr

from exercises.ex2.report import build_report
from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


class Body(BaseModel):
    start: date
    end: date
    email: EmailStr


@dataclass
class Job:
    id: str
    body: Body

    def mark(self, status: str, **more) -> None:
        get_storage().update("reports", self.id, status=status, **more)

    async def run(self) -> None:
        try:
            csv = await anyio.to_thread.run_sync(build_report, self.body.start, self.body.end)
            self.mark("running")
            get_storage().save_file(f"reports/{self.id}.csv", csv)
        except Exception as problem:
            return self.mark("failed", reason=f"{type(problem).__name__}: {problem}")
        self.mark("done")
        try:
            get_mailer().send(self.body.email, "Your report is ready", f"Job {self.id} is done.")
        except MailError:
            get_storage().audit("report_email_failed", job=self.id)


@app.post("/reports", status_code=202)
async def start(body: Body, tasks: BackgroundTasks):
    if body.start > body.end:
        raise HTTPException(422, "end before start")
    job = Job(secrets.token_hex(16), body)
    get_storage().insert("reports", id=job.id, status="pending", email=body.email)
    tasks.add_task(job.run)
    return {"job_id": job.id}


@app.get("/reports/{job_id}")
async def look(job_id: str):
    row = get_storage().get("reports", job_id)
    if not row:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


class Csv(PlainTextResponse):
    media_type = "text/csv"


@app.get("/reports/{job_id}/file", response_class=Csv)
async def fetch(job_id: str):
    status = (await look(job_id))["status"]
    if status != "done":
        raise HTTPException(409, status)
    return Csv(get_storage().read_file(f"reports/{job_id}.csv"))
