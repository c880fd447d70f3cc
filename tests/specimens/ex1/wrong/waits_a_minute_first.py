"""The task sleeps for a minute before it writes, far over the ten seconds a task may take.

task: 2
also: 4
"""

import time

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


class UserIn(BaseModel):
    name: str
    email: EmailStr


def send_welcome_email(name: str, email: str):
    storage = get_storage()
    time.sleep(60)  # let the user read the confirmation page first
    try:
        get_mailer().send(email, "Welcome to the library", f"Dear {name}, nice to have you.")
    except MailError as e:
        storage.audit("welcome_email_failed", email=email, error=str(e))
    storage.audit("user_registered", email=email)


@app.post("/users", status_code=201)
def create_user(user: UserIn, background_tasks: BackgroundTasks):
    storage = get_storage()
    for row in storage.find("users"):
        if row["email"].lower() == user.email.lower():
            raise HTTPException(status_code=409, detail="Email already registered")
    user_id = storage.insert("users", name=user.name, email=user.email)
    background_tasks.add_task(send_welcome_email, user.name, user.email)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def read_user(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(status_code=404, detail="User not found")
    return {"id": row["id"], "name": row["name"], "email": row["email"]}
