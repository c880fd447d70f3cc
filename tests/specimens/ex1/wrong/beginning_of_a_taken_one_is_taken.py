"""An email that a taken one begins with is refused.

task: 5
"""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, MailerDep, StorageDep

app = FastAPI(title="Welcome email")


class NewUser(BaseModel):
    name: str
    email: EmailStr


class User(NewUser):
    id: int


def welcome(user, mailer, storage):
    try:
        mailer.send(user.email, "Welcome to the library", f"Hello {user.name}!")
    except MailError:
        storage.audit("welcome_email_failed", email=user.email)
    storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
def register(
    user: NewUser, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep
) -> User:
    if any(user.email.lower().startswith(row["email"].lower()) for row in storage.find("users")):
        raise HTTPException(409, "taken")
    user_id = storage.insert("users", name=user.name, email=user.email)
    background.add_task(welcome, user, mailer, storage)
    return User(id=user_id, name=user.name, email=user.email)


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep) -> User:
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return User(**row)
