"""The answer has the name in title case, the row as it was given.

task: 1
"""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


def work(mailer, storage, user_id, name, email):
    try:
        mailer.send(email, f"Welcome, {name}", f"Dear {name},\n\nyour card is ready.\n")
    except MailError:
        storage.audit("welcome_email_failed", email=email)
    storage.audit("user_registered", email=email)


@app.post("/users", status_code=201)
def register(user: NewUser, tasks: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    taken = {row["email"].lower() for row in storage.find("users")}
    if user.email.lower() in taken:
        raise HTTPException(409, "This email is taken")
    user_id = storage.insert("users", name=user.name, email=user.email)
    tasks.add_task(work, mailer, storage, user_id, user.name, user.email)
    return {"id": user_id, "name": user.name.title(), "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404, "No such user")
    return {key: row[key] for key in ("id", "name", "email")}
