"""The row says in a column of its own, an Enum, how the welcome mail went."""

from enum import Enum

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class Mail(str, Enum):
    queued = "queued"
    sent = "sent"
    failed = "failed"


class NewUser(BaseModel):
    name: str
    email: EmailStr


def welcome(user_id, user: NewUser, mailer, storage) -> None:
    state = Mail.sent
    try:
        mailer.send(user.email, "Welcome!", f"Hello {user.name}!")
    except MailError:
        state = Mail.failed
        storage.audit("welcome_email_failed", email=user.email)
    storage.update("users", user_id, welcome_mail=state)
    storage.audit("user_registered", email=user.email, mail=state)


@app.post("/users", status_code=201)
def register(user: NewUser, tasks: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    if user.email.lower() in {row["email"].lower() for row in storage.find("users")}:
        raise HTTPException(409)
    user_id = storage.insert("users", welcome_mail=Mail.queued, **user.model_dump())
    tasks.add_task(welcome, user_id, user, mailer=mailer, storage=storage)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
