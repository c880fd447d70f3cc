"""Reading a user back waits for the mail to that user.

task: 2
"""

import threading
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, MailerDep, StorageDep

app = FastAPI()
events = {}


class NewUser(BaseModel):
    name: str
    email: EmailStr


def welcome(user_id, user, storage, mailer):
    try:
        mailer.send(user.email, "Welcome to the library", f"Hello {user.name}!")
    except MailError:
        storage.audit("welcome_email_failed", email=user.email)
    storage.audit("user_registered", email=user.email)
    events[str(user_id)].set()


@app.post("/users", status_code=201)
def register(user: NewUser, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409, "taken")
    user_id = storage.insert("users", name=user.name, email=user.email)
    events[str(user_id)] = threading.Event()
    background.add_task(welcome, user_id, user, storage, mailer)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    if user_id in events:
        events[user_id].wait(30)
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return {"id": row["id"], "name": row["name"], "email": row["email"]}
