"""A response class of the app's own takes the work that follows it as keyword arguments."""

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, EmailStr
from starlette.background import BackgroundTask

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class Created(JSONResponse):
    def __init__(self, content, *, location: str, then=None, **details) -> None:
        background = BackgroundTask(then, **details) if then else None
        super().__init__(content, 201, headers={"Location": location}, background=background)


class NewUser(BaseModel):
    name: str
    email: EmailStr


def greet(*, name: str, email: str, mailer, storage) -> None:
    try:
        mailer.send(to=email, body=f"Hello, {name}.", subject="Welcome to the network")
    except MailError:
        storage.audit("welcome_email_failed", email=email)
    finally:
        storage.audit("user_registered", email=email, name=name)


@app.post("/users", status_code=201, response_class=Created)
def register(user: NewUser, mailer: MailerDep, storage: StorageDep):
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    fields = user.model_dump()
    user_id = storage.insert("users", **fields)
    return Created(
        {"id": user_id, **fields},
        location=f"/users/{user_id}",
        then=greet,
        mailer=mailer,
        storage=storage,
        **fields,
    )


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
