"""The endpoint emits an event; its listeners run, in order, as background tasks."""

from collections import defaultdict
from collections.abc import Callable

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()
listeners: dict[str, list[Callable]] = defaultdict(list)


def on(event: str):
    def add(listener: Callable) -> Callable:
        listeners[event].append(listener)
        return listener

    return add


def emit(tasks: BackgroundTasks, event: str, **details) -> None:
    for listener in listeners[event]:
        tasks.add_task(listener, **details)


@on("registered")
def welcome(name: str, email: str) -> None:
    try:
        get_mailer().send(email, "Welcome to the orchestra", f"Dear {name}, tune your violin.")
    except MailError as error:
        get_storage().audit("welcome_email_failed", email=email, reason=str(error))


@on("registered")
async def log(name: str, email: str) -> None:
    get_storage().audit("user_registered", email=email, name=name)


class NewUser(BaseModel):
    name: str
    email: EmailStr


@app.post("/users", status_code=201)
def register(user: NewUser, tasks: BackgroundTasks):
    storage = get_storage()
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    emit(tasks, "registered", name=user.name, email=user.email)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
