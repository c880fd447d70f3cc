"""A mail that went out is an audit entry of its own, before `user_registered`."""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


def welcome(user, storage, mailer):
    try:
        mailer.send(user.email, "Welcome", f"Dear {user.name}")
        outcome = "welcome_email_sent"
    except MailError:
        outcome = "welcome_email_failed"
    storage.audit(outcome, email=user.email)
    storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
def register(user: NewUser, tasks: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    tasks.add_task(welcome, user, storage, mailer)
    return {"id": user_id, **user.model_dump()}


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
