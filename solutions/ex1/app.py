"""Exercise 1, reference solution: store, answer, and only then welcome."""

import threading

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import Mailer, MailerDep, MailError, Storage, StorageDep

app = FastAPI(title="Welcome email")

registering = threading.Lock()


class NewUser(BaseModel):
    name: str
    email: EmailStr


class User(NewUser):
    id: int


@app.post("/users", status_code=201)
def register(
    user: NewUser, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep
) -> User:
    # Without the lock, two requests that arrive together would both find the email free. With a
    # real database, a unique index does this, for all server processes at once.
    with registering:
        if is_taken(user.email, storage):
            raise HTTPException(409, "this email is registered already")
        user_id = storage.insert("users", name=user.name, email=user.email)

    # add_task only makes a note. FastAPI calls `welcome` after the response has been sent.
    background.add_task(welcome, user, storage, mailer)
    return User(id=user_id, name=user.name, email=user.email)


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep) -> User:
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404, "no such user")
    return User.model_validate(row)


def is_taken(email: str, storage: Storage) -> bool:
    return any(row["email"].lower() == email.lower() for row in storage.find("users"))


def welcome(user: NewUser, storage: Storage, mailer: Mailer) -> None:
    """Send the mail and write the audit log.

    This is one task and not two, because the order matters and because FastAPI drops the
    remaining tasks of a request when one raises. Nobody is left to see that exception: the client
    has its answer. So it is caught here, and written down where a person will look.
    """
    try:
        mailer.send(user.email, "Welcome!", f"Hello {user.name}, good to have you with us.")
    except MailError as error:
        storage.audit("welcome_email_failed", email=user.email, reason=str(error))
    storage.audit("user_registered", email=user.email)
