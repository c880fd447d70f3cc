"""Pages 3 to 5: arguments, `def` and `async def`, and tasks that a dependency adds."""

import asyncio
import time
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, Request
from pydantic import BaseModel, EmailStr

from exercises.lesson.console import say
from exercises.services import StorageDep, get_mailer, get_storage

router = APIRouter()


class Note(BaseModel):
    email: EmailStr
    text: str
    urgent: bool = False


@router.post("/notify", status_code=202)
def notify(note: Note, background: BackgroundTasks) -> dict[str, str]:
    background.add_task(send_note, note.email, note.text, urgent=note.urgent)
    return {"message": "on its way"}


def send_note(email: str, text: str, urgent: bool = False) -> None:
    subject = "URGENT" if urgent else "A note"
    get_mailer().send(email, subject, text)
    say(f"{subject} to {email}")


@router.post("/process", status_code=202)
async def process(background: BackgroundTasks) -> dict[str, str]:
    background.add_task(ask_partner)
    background.add_task(crunch)
    return {"message": "processing"}


async def ask_partner() -> None:
    say("waiting for a partner, the server goes on")
    await asyncio.sleep(1)
    get_storage().audit("partner_asked")


def crunch() -> None:
    say("crunching in a thread, the server goes on")
    time.sleep(1)
    get_storage().audit("numbers_crunched")


@router.post("/process/badly", status_code=202)
async def process_badly(background: BackgroundTasks) -> dict[str, str]:
    background.add_task(stop_the_server)
    return {"message": "processing"}


async def stop_the_server() -> None:
    say("sleeping on the event loop, nobody is served")
    time.sleep(1)


def log_visit(request: Request, background: BackgroundTasks) -> None:
    background.add_task(write_visit, request.url.path)


@router.get("/items")
def list_items(
    background: BackgroundTasks,
    storage: StorageDep,
    _: Annotated[None, Depends(log_visit)],
) -> list[dict[str, Any]]:
    background.add_task(count_view)
    return storage.find("tasks")


def write_visit(path: str) -> None:
    get_storage().audit("visited", path=path)
    say(f"visit of {path}")


def count_view() -> None:
    get_storage().insert("analytics", event="items_viewed")
    say("view counted")
