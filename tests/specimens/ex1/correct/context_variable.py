"""A context variable carries the current user into the task instead of arguments."""

from contextvars import ContextVar, copy_context

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


current_user: ContextVar[NewUser] = ContextVar("current_user")


def welcome() -> None:
    user = current_user.get()
    try:
        get_mailer().send(user.email, "Welcome!", f"Hello {user.name}.")
    except MailError:
        audit("welcome_email_failed")
    audit("user_registered")


def audit(action: str) -> None:
    get_storage().audit(action, email=current_user.get().email)


@app.post("/users", status_code=201)
async def register(user: NewUser, tasks: BackgroundTasks):
    if any(row["email"].lower() == user.email.lower() for row in get_storage().find("users")):
        raise HTTPException(409)
    user_id = get_storage().insert("users", name=user.name, email=user.email)
    current_user.set(user)
    tasks.add_task(copy_context().run, welcome)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
async def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
