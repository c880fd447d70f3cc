"""Exercise 2, yours to write: exercises/ex2/README.md says what it shall do."""

from datetime import date

from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, StorageDep

app = FastAPI(title="Report generator")


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr


@app.post("/reports", status_code=202)
def order_report(
    order: Order, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep
) -> dict[str, str]:
    # TODO (tasks 1 and 5): all jobs share one id, and any range is taken. Insert a `pending` row.
    # TODO (tasks 2 to 6): nothing is built. Give `background` a function that calls build_report
    # (exercises/ex2/report.py) and keeps the row's status true.
    return {"job_id": "not-an-id-yet"}


@app.get("/reports/{job_id}")
def show(job_id: str, storage: StorageDep) -> dict[str, str]:
    # TODO (tasks 1 and 2): no job is found here, and no file below. Read the row; no row means 404.
    raise HTTPException(501, "not written yet")


@app.get("/reports/{job_id}/file")
def download(job_id: str, storage: StorageDep) -> Response:
    raise HTTPException(501, "not written yet")
