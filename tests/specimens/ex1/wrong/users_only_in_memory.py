"""Users are kept in a module-level list and never reach the storage.

task: 1
"""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()
users = []


class UserIn(BaseModel):
    name: str
    email: EmailStr


def send_welcome_email(name: str, email: str):
    storage = get_storage()
    try:
        get_mailer().send(email, "Welcome to the library", f"Dear {name}, nice to have you.")
    except MailError as e:
        storage.audit("welcome_email_failed", email=email, error=str(e))
    storage.audit("user_registered", email=email)


@app.post("/users", status_code=201)
def create_user(user: UserIn, background_tasks: BackgroundTasks):
    for row in users:
        if row["email"].lower() == user.email.lower():
            raise HTTPException(status_code=409, detail="Email already registered")
    user_id = len(users) + 1
    users.append({"id": user_id, "name": user.name, "email": user.email})
    background_tasks.add_task(send_welcome_email, user.name, user.email)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def read_user(user_id: str):
    for row in users:
        if str(row["id"]) == user_id:
            return row
    raise HTTPException(status_code=404, detail="User not found")
