"""A decorator turns what a task raises into an audit entry, for def and async def tasks."""

import functools
import inspect

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import get_mailer, get_storage

app = FastAPI()


def never_raises(action: str):
    def decorate(task):
        @functools.wraps(task)
        async def guarded(user):
            try:
                result = task(user)
                if inspect.isawaitable(result):
                    await result
            except Exception as error:
                get_storage().audit(action, email=user.email, error=str(error))

        return guarded

    return decorate


class NewUser(BaseModel):
    name: str
    email: EmailStr


@never_raises("welcome_email_failed")
def send_welcome(user: NewUser) -> None:
    get_mailer().send(user.email, "Welcome to your inbox", f"Hello {user.name}!")


@never_raises("audit_failed")
async def write_audit(user: NewUser) -> None:
    get_storage().audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
async def register(user: NewUser, background_tasks: BackgroundTasks):
    storage = get_storage()
    existing = {row["email"].lower() for row in storage.find("users")}
    if user.email.lower() in existing:
        raise HTTPException(status_code=409, detail="Email already registered")
    user_id = storage.insert("users", name=user.name, email=user.email)
    for task in (send_welcome, write_audit):
        background_tasks.add_task(task, user)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
async def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(status_code=404)
    return row
