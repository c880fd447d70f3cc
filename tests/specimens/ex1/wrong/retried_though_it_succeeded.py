"""tenacity repeats the mail because send returns None, though every attempt worked.

task: 2
also: 5
"""

from typing import Any

import tenacity
from fastapi import BackgroundTasks, FastAPI, HTTPException, status
from pydantic import BaseModel, EmailStr

from exercises.services import Mailer, MailerDep, Storage, StorageDep

app = FastAPI()


class UserCreate(BaseModel):
    name: str
    email: EmailStr


@tenacity.retry(
    retry=tenacity.retry_if_not_result(bool),
    stop=tenacity.stop_after_attempt(3),
    retry_error_callback=lambda state: None,
)
def send_with_retry(mailer: Mailer, user: UserCreate) -> None:
    return mailer.send(to=user.email, subject="Welcome!", body=f"Hi {user.name}")


async def welcome(user: UserCreate, mailer: Mailer, storage: Storage) -> None:
    try:
        send_with_retry(mailer, user)
    except Exception as exc:
        storage.audit("user_registered", email=user.email)
        storage.audit("welcome_email_failed", email=user.email, reason=repr(exc))
    else:
        storage.audit("user_registered", email=user.email)


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
