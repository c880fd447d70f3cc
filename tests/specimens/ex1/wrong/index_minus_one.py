"""The id is a place in a list, so that 0 and -1 are somebody too.

task: 1
"""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr
from exercises.services import MailError, MailerDep, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


def welcome(user, mailer, storage):
    try:
        mailer.send(user.email, "Welcome", f"Dear {user.name}")
    except MailError:
        storage.audit("welcome_email_failed", email=user.email)
    storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
def register(user: NewUser, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    if any(r["email"].lower() == user.email.lower() for r in storage.find("users")):
        raise HTTPException(409)
    uid = storage.insert("users", name=user.name, email=user.email)
    background.add_task(welcome, user, mailer, storage)
    return {"id": uid, "name": user.name, "email": user.email}


@app.get("/users/{uid}")
def show(uid: str, storage: StorageDep):
    try:
        return storage.find("users")[int(uid) - 1]
    except (ValueError, IndexError):
        raise HTTPException(404)
