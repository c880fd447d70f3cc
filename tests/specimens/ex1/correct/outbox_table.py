"""The mail is a row of the table `outbox`, which the task sends and marks."""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


def deliver(mail_id):
    storage = get_storage()
    mail = storage.get("outbox", mail_id)
    try:
        get_mailer().send(mail["to"], mail["subject"], mail["body"])
    except MailError as error:
        storage.update("outbox", mail_id, state="failed", why=str(error))
        storage.audit("welcome_email_failed", email=mail["to"])
    else:
        storage.update("outbox", mail_id, state="sent")
    storage.audit("user_registered", email=mail["to"])


@app.post("/users", status_code=201)
def register(user: NewUser, tasks: BackgroundTasks):
    storage = get_storage()
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    mail = {"to": user.email, "subject": "Welcome", "body": f"Dear {user.name}"}
    tasks.add_task(deliver, storage.insert("outbox", **mail, state="new"))
    return {"id": user_id, **user.model_dump()}


@app.get("/users/{user_id}")
def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
