"""The id is a UUID made from the email, and the storage's refusal of a taken id is the 409."""

import uuid

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel, EmailStr
from starlette.background import BackgroundTask

from exercises.services import MailError, StorageError, get_mailer, get_storage

app = FastAPI()
SPACE = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


class Person(BaseModel):
    name: str
    email: EmailStr


def greet(name: str, email: str) -> None:
    try:
        get_mailer().send(email, f"Welcome {name}", f"Nice to see you, {name}")
    except MailError as exc:
        get_storage().audit("welcome_email_failed", email=email, error=str(exc))
    get_storage().audit("user_registered", email=email)


@app.post("/users", status_code=201)
def users(person: Person):
    key = uuid.uuid5(SPACE, person.email.lower())
    try:
        get_storage().insert("users", id=key, name=person.name, email=person.email)
    except StorageError:
        return JSONResponse({"detail": "taken"}, 409)
    return JSONResponse(
        {"id": str(key), "name": person.name, "email": person.email},
        status_code=201,
        headers={"Location": f"/users/{key}"},
        background=BackgroundTask(greet, person.name, email=person.email),
    )


@app.get("/users/{key}")
def user(key):
    row = get_storage().get("users", key)
    return JSONResponse(row) if row else JSONResponse({"detail": "no such user"}, 404)
