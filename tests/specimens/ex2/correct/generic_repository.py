"""A generic Repository maps rows to models, and the task works on the model alone."""

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID, uuid4

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, Field, model_validator

from exercises.ex2.report import build_report
from exercises.services import MailerDep, get_storage

Model = TypeVar("Model", bound=BaseModel)


class Repository(Generic[Model]):
    def __init__(self, table: str, model: type[Model]) -> None:
        self.table, self.model = table, model

    def add(self, item: Model) -> Model:
        get_storage().insert(self.table, **item.model_dump(mode="json"))
        return item

    def get(self, item_id: object) -> Model | None:
        row = get_storage().get(self.table, item_id)
        return None if row is None else self.model.model_validate(row)

    def change(self, item: Model, **changes: object) -> None:
        get_storage().update(self.table, item.id, **changes)


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def check(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


class Job(Order):
    id: UUID = Field(default_factory=uuid4)
    status: Literal["pending", "running", "done", "failed"] = "pending"
    reason: str | None = None

    @property
    def path(self) -> str:
        return f"reports/{self.id}.csv"


def get_jobs() -> Repository[Job]:
    return Repository("reports", Job)


Jobs = Annotated[Repository[Job], Depends(get_jobs)]
app = FastAPI()


def produce(job: Job, jobs: Repository[Job], mailer) -> None:
    jobs.change(job, status="running")
    try:
        get_storage().save_file(job.path, build_report(job.start, job.end))
    except Exception as error:
        return jobs.change(job, status="failed", reason=str(error))
    jobs.change(job, status="done")
    try:
        mailer.send(job.email, "Your report", f"Report {job.id} is ready.")
    except Exception as error:
        get_storage().audit("report_email_failed", job_id=job.id, reason=str(error))


@app.post("/reports", status_code=202)
def order(order: Order, tasks: BackgroundTasks, jobs: Jobs, mailer: MailerDep):
    job = jobs.add(Job(**order.model_dump()))
    tasks.add_task(produce, job, jobs, mailer)
    return {"job_id": job.id}


def find(job_id: str, jobs: Jobs) -> Job:
    job = jobs.get(job_id)
    if job is None:
        raise HTTPException(404)
    return job


@app.get("/reports/{job_id}")
def show(job: Annotated[Job, Depends(find)]):
    return {"job_id": job.id, "status": job.status}


@app.get("/reports/{job_id}/file")
def download(job: Annotated[Job, Depends(find)]):
    if job.status != "done":
        raise HTTPException(409)
    return Response(get_storage().read_file(job.path), media_type="text/csv")
