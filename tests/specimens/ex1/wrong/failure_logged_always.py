"""The entry welcome_email_failed sits in a finally block, so it is written after every mail.

task: 4
"""

from typing import Any

from fastapi import BackgroundTasks, FastAPI, HTTPException, status
from pydantic import BaseModel, EmailStr

from exercises.services import Mailer, MailerDep, Storage, StorageDep

app = FastAPI()


class UserCreate(BaseModel):
    name: str
    email: EmailStr


async def welcome(user: UserCreate, mailer: Mailer, storage: Storage) -> None:
    try:
        mailer.send(to=user.email, subject="Welcome!", body=f"Hi {user.name}")
    finally:
        storage.audit("user_registered", email=user.email)
        storage.audit("welcome_email_failed", email=user.email)


@app.post("/users", status_code=status.HTTP_201_CREATED)
async def register(
    user: UserCreate, tasks: BackgroundTasks, mailer: MailerDep, storage: StorageDep
) -> dict[str, Any]:
    known = {row["email"].casefold() for row in storage.find("users")}
    if user.email.casefold() in known:
        raise HTTPException(status.HTTP_409_CONFLICT)
    new_id = storage.insert("users", **user.model_dump())
    tasks.add_task(welcome, user, mailer=mailer, storage=storage)
    return {"id": new_id, **user.model_dump()}


@app.get("/users/{user_id}")
async def get_user(user_id: str, storage: StorageDep) -> dict[str, Any]:
    if row := storage.get("users", user_id):
        return row
    raise HTTPException(status.HTTP_404_NOT_FOUND)
