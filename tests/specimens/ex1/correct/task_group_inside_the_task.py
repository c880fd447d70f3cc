"""The task opens an asyncio.TaskGroup for the mail; the audit is written when the group is over."""

import asyncio

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


async def say_so(text: str) -> None:
    print("[Background]", text)


async def welcome(user: NewUser, mailer, storage) -> None:
    send = asyncio.to_thread(mailer.send, user.email, "Welcome!", f"Hello, dear {user.name}!")
    failed = False
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(send)
            group.create_task(say_so(f"welcoming {user.email}"))
    except* MailError:
        failed = True
    storage.audit("user_registered", email=user.email)
    if failed:
        storage.audit("welcome_email_failed", email=user.email)


@app.post("/users", status_code=201)
async def register(user: NewUser, bg: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    if user.email.lower() in {row["email"].lower() for row in storage.find("users")}:
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    bg.add_task(welcome, user, mailer, storage)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
async def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
