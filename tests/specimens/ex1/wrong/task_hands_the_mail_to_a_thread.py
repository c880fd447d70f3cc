"""The task starts a thread for the mail and writes the audit log without waiting for it.

task: 3
may: 2, 4
"""

from threading import Thread

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


class UserIn(BaseModel):
    name: str
    email: EmailStr


def send_welcome_email(name: str, email: str):
    try:
        get_mailer().send(email, "Welcome to the library", f"Dear {name}, nice to have you.")
    except MailError as e:
        get_storage().audit("welcome_email_failed", email=email, error=str(e))


def after_registration(name: str, email: str):
    Thread(target=send_welcome_email, args=(name, email)).start()
    get_storage().audit("user_registered", email=email)


@app.post("/users", status_code=201)
def create_user(user: UserIn, background_tasks: BackgroundTasks):
    storage = get_storage()
    for row in storage.find("users"):
        if row["email"].lower() == user.email.lower():
            raise HTTPException(status_code=409, detail="Email already registered")
    user_id = storage.insert("users", name=user.name, email=user.email)
    background_tasks.add_task(after_registration, user.name, user.email)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def read_user(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(status_code=404, detail="User not found")
    return {"id": row["id"], "name": row["name"], "email": row["email"]}
