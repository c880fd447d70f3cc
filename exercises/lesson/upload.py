"""Page 9: a file that is worked on after the response."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, BackgroundTasks, File, HTTPException, UploadFile

from exercises.lesson.console import say
from exercises.services import StorageDep, get_storage

router = APIRouter()


@router.post("/upload", status_code=202)
def upload(
    file: Annotated[UploadFile, File()], background: BackgroundTasks, storage: StorageDep
) -> dict[str, str]:
    data = file.file.read()  # now: after the response the file may be closed
    upload_id = str(uuid4())
    storage.insert("uploads", id=upload_id, status="processing", lines=None)
    background.add_task(count_lines, upload_id, data)
    return {"upload_id": upload_id}


@router.get("/upload/{upload_id}")
def upload_status(upload_id: str, storage: StorageDep) -> dict[str, Any]:
    row = storage.get("uploads", upload_id)
    if row is None:
        raise HTTPException(404, "no such upload")
    return row


def count_lines(upload_id: str, data: bytes) -> None:
    storage = get_storage()
    try:
        lines = len(data.decode().splitlines())
        storage.save_file(f"uploads/{upload_id}.txt", data)
    except Exception as error:
        storage.update("uploads", upload_id, status="failed", reason=str(error))
        say(f"upload failed: {error}")
        return
    storage.update("uploads", upload_id, status="done", lines=lines)
    say(f"upload done: {lines} lines")
