"""Page 11: a letter that is lost when the server stops. uvicorn exercises.lesson.lost:app"""

import os
import time
from typing import Any

from fastapi import BackgroundTasks, FastAPI

from exercises.lesson.console import say
from exercises.services import StorageDep, get_storage

app = FastAPI(title="Lost on restart")


@app.post("/letters", status_code=202)
def write_letter(to: str, background: BackgroundTasks, storage: StorageDep) -> dict[str, Any]:
    letter_id = storage.insert("letters", to=to, status="pending")
    background.add_task(carry, letter_id)
    return {"letter_id": letter_id}


@app.get("/letters/{letter_id}")
def show_letter(letter_id: int, storage: StorageDep) -> Any:
    return storage.get("letters", letter_id)


@app.post("/crash")
def crash() -> None:
    """End this process at once, as a power cut or `kill -9` does. Never have this in a real app."""
    os._exit(1)


def carry(letter_id: int) -> None:
    say(f"letter {letter_id}: on the way")
    time.sleep(3)
    get_storage().update("letters", letter_id, status="delivered")
    say(f"letter {letter_id}: delivered")
