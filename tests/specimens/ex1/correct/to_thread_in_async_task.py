"""The async task sends the mail on a thread with asyncio.to_thread, and waits for it."""

import asyncio

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


async def welcome(user: NewUser, mailer, storage) -> None:
    try:
        await asyncio.to_thread(
            mailer.send, user.email, "Welcome to the forum", f"Hello {user.name}, say hi to all."
        )
    except MailError as e:
        await asyncio.to_thread(storage.audit, "welcome_email_failed", email=user.email, e=str(e))
    await asyncio.to_thread(storage.audit, "user_registered", email=user.email)


@app.post("/users", status_code=201)
async def register(user: NewUser, bg: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    rows = await asyncio.to_thread(storage.find, "users")
    if any(row["email"].lower() == user.email.lower() for row in rows):
        raise HTTPException(409)
    user_id = await asyncio.to_thread(storage.insert, "users", name=user.name, email=user.email)
    bg.add_task(welcome, user, mailer, storage)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
async def show(user_id: str, storage: StorageDep):
    row = await asyncio.to_thread(storage.get, "users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
