"""A pattern of its own knows addresses with one dot.

task: 2
also: 5
"""

from typing import Annotated
from pydantic import Field
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, MailerDep, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[A-Za-z0-9-]+\.[A-Za-z]{2,3}$")]


def welcome(user, storage, mailer):
    try:
        mailer.send(user.email, "Welcome to the library", f"Hello {user.name}!")
    except MailError:
        storage.audit("welcome_email_failed", email=user.email)
    storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
def register(user: NewUser, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409, "taken")
    user_id = storage.insert("users", name=user.name, email=user.email)
    background.add_task(welcome, user, storage, mailer)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return {"id": row["id"], "name": row["name"], "email": row["email"]}
