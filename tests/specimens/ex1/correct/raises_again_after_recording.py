"""The task records the failure and raises again, so that the server's own log shows it too."""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


def welcome(user: NewUser, mailer, storage) -> None:
    try:
        mailer.send(user.email, "Welcome!", f"Hello {user.name}!")
    except MailError:
        storage.audit("welcome_email_failed", email=user.email)
        raise
    finally:
        storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
def register(user: NewUser, tasks: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    tasks.add_task(welcome, user, mailer, storage)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
