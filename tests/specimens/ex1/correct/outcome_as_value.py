"""Sending gives back Sent or Refused, and a match statement decides what is logged."""

from dataclasses import dataclass

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


@dataclass(frozen=True)
class Sent:
    to: str


@dataclass(frozen=True)
class Refused:
    to: str
    reason: str


def send_mail(to: str, subject: str, body: str) -> Sent | Refused:
    try:
        get_mailer().send(to, subject, body)
    except MailError as error:
        return Refused(to, str(error))
    return Sent(to)


def welcome(user: NewUser) -> None:
    actions = ["user_registered"]
    match send_mail(user.email, "Welcome!", f"Hello {user.name}!"):
        case Sent(to):
            print(f"[Background] welcomed {to}")
        case Refused(to, reason):
            print(f"[Background] {to} not welcomed: {reason}")
            actions.append("welcome_email_failed")
    for action in actions:
        get_storage().audit(action, email=user.email)


@app.post("/users", status_code=201)
def register(user: NewUser, tasks: BackgroundTasks):
    storage = get_storage()
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    tasks.add_task(welcome, user)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str):
    if row := get_storage().get("users", user_id):
        return row
    raise HTTPException(404)
