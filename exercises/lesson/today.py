"""Page 13: what changed over the years, as it is today. uvicorn exercises.lesson.today:app"""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, FastAPI, File, Request, Response, UploadFile
from starlette.middleware.base import RequestResponseEndpoint

from exercises.services import StorageDep, get_storage

app = FastAPI(title="Background tasks today")
open_gate = asyncio.Event()  # lets a test, or you, decide when something goes on


@app.middleware("http")  # this is BaseHTTPMiddleware
async def add_header(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    response.headers["X-Seen"] = "yes"
    return response


@app.post("/upload")
def look_at_upload(file: Annotated[UploadFile, File()], background: BackgroundTasks) -> None:
    app.state.upload = file
    background.add_task(is_it_closed, file)


def is_it_closed(file: UploadFile) -> None:
    get_storage().audit("task_ran", upload_closed=file.file.closed)


@app.get("/upload")
def is_it_closed_now() -> bool:
    return app.state.upload.file.closed


def connection() -> Iterator[str]:
    yield "a database connection"
    get_storage().audit("connection_closed")


@app.get("/kept")
def keep_open(_: Annotated[str, Depends(connection)], background: BackgroundTasks) -> None:
    background.add_task(get_storage().audit, "task_ran")


@app.get("/released")
def release_early(
    _: Annotated[str, Depends(connection, scope="function")], background: BackgroundTasks
) -> None:
    background.add_task(get_storage().audit, "task_ran")


@app.get("/waiting-task")
async def wait_in_task(background: BackgroundTasks) -> None:
    background.add_task(wait_for_gate)


@app.get("/waiting-endpoint")
async def wait_in_endpoint(background: BackgroundTasks) -> None:
    get_storage().audit("endpoint_waits")
    background.add_task(get_storage().audit, "task_ran")
    await open_gate.wait()


async def wait_for_gate() -> None:
    get_storage().audit("task_waits")
    await open_gate.wait()
    get_storage().audit("task_ran")


@app.post("/gate")
async def open_the_gate() -> None:
    open_gate.set()


@app.get("/logs/audit")
def read_audit(storage: StorageDep) -> list[dict[str, Any]]:
    return storage.audit_log()
