"""Workers that the lifespan starts build the reports; the task waits for its own."""

import asyncio
from contextlib import asynccontextmanager
from datetime import date
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, EmailStr, model_validator

from exercises.ex2.report import ReportError, build_report
from exercises.services import MailError, StorageError, get_mailer, get_storage


async def worker(queue):
    while True:
        function, args, future = await queue.get()
        try:
            future.set_result(await asyncio.to_thread(function, *args))
        except Exception as error:
            future.set_exception(error)
        finally:
            queue.task_done()


@asynccontextmanager
async def lifespan(app):
    queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(worker(queue)) for _ in range(12)]
        yield {"queue": queue}
        for one in workers:
            one.cancel()


app = FastAPI(lifespan=lifespan)


class Order(BaseModel):
    start: date
    end: date
    email: EmailStr

    @model_validator(mode="after")
    def order(self):
        if self.end < self.start:
            raise ValueError("end < start")
        return self


async def work(queue, job_id, order):
    storage = get_storage()
    future = asyncio.get_running_loop().create_future()
    storage.update("reports", job_id, status="running")
    await queue.put((build_report, (order.start, order.end), future))
    try:
        storage.save_file(f"reports/{job_id}.csv", await future)
    except (ReportError, StorageError) as error:
        storage.update("reports", job_id, status="failed", reason=str(error))
        return
    storage.update("reports", job_id, status="done")
    try:
        get_mailer().send(order.email, "Your report", f"Report {job_id} is ready.")
    except MailError:
        storage.audit("report_email_failed", job_id=job_id)


@app.post("/reports", status_code=202)
async def order_report(order: Order, request: Request, background: BackgroundTasks):
    job_id = str(uuid4())
    get_storage().insert("reports", id=job_id, status="pending")
    background.add_task(work, request.state.queue, job_id, order)
    return {"job_id": job_id}


@app.get("/reports/{job_id}")
async def show(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    return {"job_id": job_id, "status": row["status"]}


@app.get("/reports/{job_id}/file")
async def download(job_id: str):
    row = get_storage().get("reports", job_id)
    if row is None:
        raise HTTPException(404)
    if row["status"] != "done":
        raise HTTPException(409)
    return Response(get_storage().read_file(f"reports/{job_id}.csv"), media_type="text/csv")
