"""An email counts as taken once its background work is over.

task: 5
"""

from typing import Any

from fastapi import BackgroundTasks, FastAPI, HTTPException
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()
taken: set[str] = set()


class SignUp(BaseModel):
    name: str
    email: EmailStr


async def send_welcome(name: str, email: str) -> bool:
    subject, body = "Welcome!", f"Dear {name},\n\nwelcome to our library."
    try:
        await run_in_threadpool(get_mailer().send, email, subject, body)
    except MailError:
        return False
    return True


async def after_sign_up(name: str, email: str) -> None:
    sent = await send_welcome(name, email)
    get_storage().audit("user_registered", email=email)
    if not sent:
        get_storage().audit("welcome_email_failed", email=email)
    taken.add(email.casefold())


def is_taken(email: str) -> bool:
    return email.casefold() in taken


@app.post("/users", status_code=201)
async def register(sign_up: SignUp, tasks: BackgroundTasks) -> dict[str, Any]:
    if is_taken(sign_up.email):
        raise HTTPException(409)
    user_id = get_storage().insert("users", name=sign_up.name, email=sign_up.email)
    tasks.add_task(after_sign_up, sign_up.name, sign_up.email)
    return {"id": user_id, "name": sign_up.name, "email": sign_up.email}


@app.get("/users/{user_id}")
async def show(user_id: str) -> dict[str, Any]:
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return {"id": row["id"], "name": row["name"], "email": row["email"]}
