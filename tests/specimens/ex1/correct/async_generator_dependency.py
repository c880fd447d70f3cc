"""Async generator dependencies hand out the services; the work is a task that owns no request."""

from collections.abc import AsyncIterator
from time import sleep
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import Mailer, MailError, Storage, get_mailer, get_storage

app = FastAPI()


async def storage_session() -> AsyncIterator[Storage]:
    print("session opened")
    try:
        yield get_storage()
    finally:
        print("session closed")


async def mail_session() -> AsyncIterator[Mailer]:
    yield get_mailer()


StorageSession = Annotated[Storage, Depends(storage_session)]


class NewUser(BaseModel):
    name: str
    email: EmailStr


def welcome(email: str, name: str, mailer: Mailer) -> None:
    sleep(2)  # the mail server does not like to be rushed
    try:
        mailer.send(email, "Welcome!", f"Hello {name}!")
    except MailError:
        get_storage().audit("welcome_email_failed", email=email)
    get_storage().audit("user_registered", email=email)


@app.post("/users", status_code=201)
async def register(
    user: NewUser,
    tasks: BackgroundTasks,
    storage: StorageSession,
    mailer: Annotated[Mailer, Depends(mail_session)],
):
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    tasks.add_task(welcome, user.email, user.name, mailer)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
async def show(user_id: str, storage: StorageSession):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
