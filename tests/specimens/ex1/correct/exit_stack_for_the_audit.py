"""An ExitStack makes sure of the audit entry, whatever the mailer does."""

from contextlib import ExitStack

from fastapi import BackgroundTasks, FastAPI, HTTPException
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


def welcome(user: NewUser) -> None:
    storage = get_storage()
    with ExitStack() as at_the_end:
        at_the_end.callback(storage.audit, "user_registered", email=user.email)
        try:
            get_mailer().send(user.email, "Welcome!", f"Hello {user.name}!")
        except MailError as error:
            at_the_end.callback(storage.audit, "welcome_email_failed", email=user.email)
            print("not welcomed:", error)


async def on_a_thread(func, *args) -> None:
    await run_in_threadpool(func, *args)


@app.post("/users", status_code=201)
async def register(user: NewUser, tasks: BackgroundTasks):
    storage = get_storage()
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    tasks.add_task(on_a_thread, welcome, user)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
async def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
