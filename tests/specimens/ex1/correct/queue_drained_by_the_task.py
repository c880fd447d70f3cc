"""The background task puts the user on a queue and then works off whatever is on it."""

from queue import Empty, SimpleQueue

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()
outgoing: SimpleQueue = SimpleQueue()


class NewUser(BaseModel):
    name: str
    email: EmailStr


def work_off_queue() -> None:
    storage, mailer = get_storage(), get_mailer()
    while True:
        try:
            user = outgoing.get_nowait()
        except Empty:
            return
        try:
            mailer.send(user.email, "Welcome", f"Hello {user.name}, thanks for joining.")
        except MailError:
            storage.audit("welcome_email_failed", email=user.email)
        storage.audit("user_registered", email=user.email)


def enqueue_then_work(user: NewUser) -> None:
    outgoing.put(user)
    work_off_queue()


@app.post("/users", status_code=201)
def register(user: NewUser, tasks: BackgroundTasks):
    storage = get_storage()
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    tasks.add_task(enqueue_then_work, user)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
