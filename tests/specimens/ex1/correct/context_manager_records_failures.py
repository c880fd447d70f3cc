"""A context manager swallows the mailer's error and records it."""

from contextlib import contextmanager

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import Mailer, MailerDep, Storage, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


@contextmanager
def recorded(storage: Storage, action: str, **details):
    try:
        yield
    except Exception as error:
        storage.audit(action, **details, error=f"{type(error).__name__}: {error}")


def welcome(user: NewUser, mailer: Mailer, storage: Storage) -> None:
    with recorded(storage, "welcome_email_failed", email=user.email):
        mailer.send(user.email, "Welcome!", f"Hello {user.name}!")
    storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
def register(user: NewUser, tasks: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    same = filter(lambda row: row["email"].lower() == user.email.lower(), storage.find("users"))
    if next(same, None):
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    tasks.add_task(welcome, user, mailer, storage)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
