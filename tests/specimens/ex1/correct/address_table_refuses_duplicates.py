"""A second table has the addresses as ids: the storage itself refuses one that is taken."""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep, StorageError

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


def welcome(user, storage, mailer):
    try:
        mailer.send(user.email, "Welcome", f"Dear {user.name}")
    except MailError:
        storage.audit("welcome_email_failed", email=user.email)
    storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
def register(user: NewUser, tasks: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    try:
        storage.insert("addresses", id=user.email.lower())
    except StorageError:
        raise HTTPException(409, "This address is taken") from None
    user_id = storage.insert("users", name=user.name, email=user.email)
    tasks.add_task(welcome, user, storage, mailer)
    return {"id": user_id, **user.model_dump()}


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
