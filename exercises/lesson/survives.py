"""Page 11: the same letter, through a queue on disk. uvicorn exercises.lesson.survives:app"""

import os
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from huey import SqliteHuey

from exercises.lesson import lost
from exercises.services import StorageDep

folder = Path(os.environ.get("AFTERWARDS_DATA") or ".data")
folder.mkdir(parents=True, exist_ok=True)
huey = SqliteHuey(filename=str(folder / "queue.sqlite"))

app = FastAPI(title="Survives a restart")
app.get("/letters/{letter_id}")(lost.show_letter)
app.post("/crash")(lost.crash)


@app.post("/letters", status_code=202)
def write_letter(to: str, storage: StorageDep) -> dict[str, Any]:
    letter_id = storage.insert("letters", to=to, status="pending")
    carry(letter_id)  # does not run it: writes it into the queue
    return {"letter_id": letter_id}


@huey.task(retries=2, retry_delay=1)
def carry(letter_id: int) -> None:
    lost.carry(letter_id)
