"""A dependency with yield collects work and does it in its exit code, after the response."""

from collections.abc import Callable, Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


Later = list[Callable[[], None]]


def later() -> Iterator[Later]:
    jobs: Later = []
    yield jobs
    for job in jobs:
        job()


@app.post("/users", status_code=201)
def register(
    user: NewUser, jobs: Annotated[Later, Depends(later)], mailer: MailerDep, storage: StorageDep
):
    if user.email.lower() in {row["email"].lower() for row in storage.find("users")}:
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)

    def mail() -> None:
        try:
            mailer.send(user.email, "Welcome", f"We are pleased to meet you, {user.name}.")
        except MailError as error:
            storage.audit("welcome_email_failed", email=user.email, reason=str(error))

    jobs.append(mail)
    jobs.append(lambda: storage.audit("user_registered", email=user.email))
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
