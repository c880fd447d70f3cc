"""Ids are random tokens; domain errors become 404 and 409 in exception handlers."""

import secrets

from fastapi import BackgroundTasks, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class ApiError(Exception):
    status = 400


class EmailTaken(ApiError):
    status = 409


class NoSuchUser(ApiError):
    status = 404


@app.exception_handler(ApiError)
async def answer_error(request: Request, error: ApiError) -> JSONResponse:
    return JSONResponse({"error": type(error).__name__}, status_code=error.status)


class UserData(BaseModel):
    name: str
    email: EmailStr


def notify(user: dict, mailer, storage) -> None:
    try:
        mailer.send(user["email"], "Welcome", "Hello %(name)s, your key is %(id)s." % user)
    except MailError as error:
        storage.audit("welcome_email_failed", email=user["email"], reason=error.args)
    storage.audit("user_registered", email=user["email"])


@app.post("/users", status_code=201)
async def register(data: UserData, tasks: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    if any(row["email"].lower() == data.email.lower() for row in storage.find("users")):
        raise EmailTaken
    user = {"id": secrets.token_urlsafe(12), **data.model_dump()}
    storage.insert("users", **user)
    tasks.add_task(notify, user, mailer, storage)
    return user


@app.get("/users/{user_id}")
async def show(user_id: str, storage: StorageDep):
    user = storage.get("users", user_id)
    if user is None:
        raise NoSuchUser
    return user
