"""A worker started in lifespan takes the user from a queue before the response is out.

task: 2
also: 3, 4
"""

import asyncio
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException, status
from pydantic import BaseModel, EmailStr

from exercises.services import Mailer, MailerDep, Storage, StorageDep


async def worker(queue: asyncio.Queue) -> None:
    while True:
        await welcome(*await queue.get())


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.queue = asyncio.Queue()
    task = asyncio.create_task(worker(app.state.queue))
    yield
    task.cancel()


app = FastAPI(lifespan=lifespan)


class UserCreate(BaseModel):
    name: str
    email: EmailStr


async def welcome(user: UserCreate, mailer: Mailer, storage: Storage) -> None:
    try:
        mailer.send(to=user.email, subject="Welcome!", body=f"Hi {user.name}")
    except Exception as exc:
        storage.audit("user_registered", email=user.email)
        storage.audit("welcome_email_failed", email=user.email, reason=repr(exc))
    else:
        storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=status.HTTP_201_CREATED)
async def register(user: UserCreate, mailer: MailerDep, storage: StorageDep) -> dict[str, Any]:
    known = {row["email"].casefold() for row in storage.find("users")}
    if user.email.casefold() in known:
        raise HTTPException(status.HTTP_409_CONFLICT)
    new_id = storage.insert("users", **user.model_dump())
    app.state.queue.put_nowait((user, mailer, storage))
    return {"id": new_id, **user.model_dump()}


@app.get("/users/{user_id}")
async def get_user(user_id: str, storage: StorageDep) -> dict[str, Any]:
    if row := storage.get("users", user_id):
        return row
    raise HTTPException(status.HTTP_404_NOT_FOUND)
