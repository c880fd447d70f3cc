"""Page 1: the same work, before the response and after it."""

import time

from fastapi import APIRouter, BackgroundTasks

from exercises.lesson.console import say
from exercises.services import get_mailer

router = APIRouter()


@router.post("/hello/before")
def hello_before(email: str) -> dict[str, str]:
    send_hello(email)
    return {"message": f"hello {email}"}


@router.post("/hello/after")
def hello_after(email: str, background: BackgroundTasks) -> dict[str, str]:
    background.add_task(send_hello, email)
    return {"message": f"hello {email}"}


def send_hello(email: str) -> None:
    say(f"writing to {email}", who="Mailer")
    time.sleep(2)  # a mail server on a good day
    get_mailer().send(email, "Hello", "Good to see you.")
    say(f"wrote to {email}", who="Mailer")
