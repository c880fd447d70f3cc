"""Both the mail task and the audit task write user_registered.

task: 3
also: 2
"""

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, EmailStr
from starlette.background import BackgroundTasks

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


@app.post("/users", status_code=201)
def register(new: NewUser, mailer: MailerDep, storage: StorageDep) -> Response:
    if new.email.lower() in {row["email"] for row in storage.find("users")}:
        raise HTTPException(409, f"{new.email} is registered")
    email = new.email.lower()
    user_id = storage.insert("users", name=new.name, email=email)

    response = JSONResponse({"id": user_id, "name": new.name, "email": email}, 201)
    response.background = BackgroundTasks()
    response.background.add_task(send_or_note, mailer, storage, new.name, email)
    response.background.add_task(storage.audit, "user_registered", email=email)
    return response


def send_or_note(mailer, storage, name, email):
    try:
        mailer.send(email, "Welcome to your account", f"{name}, this is your first mail from us.")
        storage.audit("user_registered", email=email)
    except MailError as refused:
        storage.audit("welcome_email_failed", email=email, refused=str(refused))


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
