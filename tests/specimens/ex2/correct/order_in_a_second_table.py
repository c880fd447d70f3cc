"""The task is given a row id of the table `orders`, and reads the order back from there."""

from datetime import date
from uuid import UUID, uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr, TypeAdapter, ValidationError, model_validator

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailError, StorageError, get_mailer, get_storage

app = FastAPI()


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def v(self):
        if self.end < self.start:
            raise ValueError("end before start")
        return self


class Jobs:
    """Rows of `reports`, by their job id."""

    def __getitem__(self, job_id: UUID) -> dict:
        rows = get_storage().find("reports", job_id=job_id)
        if len(rows) != 1:
            raise HTTPException(404)
        return rows[0]

    def __setitem__(self, job_id: UUID, status) -> None:
        name, *reason = status if isinstance(status, tuple) else (status,)
        more = {"message": reason[0]} if reason else {}
        get_storage().update("reports", self[job_id]["id"], status=name, **more)


jobs = Jobs()


def parsed(job_id: str) -> UUID:
    try:
        return TypeAdapter(UUID).validate_python(job_id)
    except ValidationError:
        raise HTTPException(404) from None


def work(job_id: UUID, order_id: int) -> None:
    order = Order.model_validate(get_storage().get("orders", order_id))
    jobs[job_id] = "running"
    try:
        get_storage().save_file(f"reports/{job_id}.csv", build_report(order.start, order.end))
    except (ReportError, StorageError) as e:
        jobs[job_id] = "failed", str(e)
        return
    jobs[job_id] = "done"
    try:
        get_mailer().send(order.email, "Report", str(job_id))
    except MailError:
        get_storage().audit("report_email_failed", job_id=job_id)


@app.post("/reports", status_code=202)
def create(order: Order, tasks: BackgroundTasks):
    job_id = uuid4()
    order_id = get_storage().insert("orders", **order.model_dump())
    get_storage().insert("reports", status="pending", job_id=job_id, order_id=order_id)
    tasks.add_task(work, job_id, order_id)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
def status(job_id: str):
    return {"job_id": job_id, "status": jobs[parsed(job_id)]["status"]}


@app.get("/reports/{job_id}/file")
def file(job_id: str):
    uid = parsed(job_id)
    if jobs[uid]["status"] != "done":
        raise HTTPException(409)
    return Response(get_storage().read_file(f"reports/{uid}.csv"), media_type="text/csv")
