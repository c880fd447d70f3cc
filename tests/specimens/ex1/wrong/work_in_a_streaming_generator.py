"""The mail is sent by the generator of a StreamingResponse, while the response is on its way.

task: 2
also: 3, 4
"""

import json

from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


def answer_then_work(answer, user, mailer, storage):
    yield json.dumps(answer)
    try:
        mailer.send(user.email, "Welcome!", f"Hello {user.name}!")
    except MailError as error:
        storage.audit("welcome_email_failed", email=user.email, reason=str(error))
    storage.audit("user_registered", email=user.email)


@app.post("/users")
def register(user: NewUser, mailer: MailerDep, storage: StorageDep):
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    answer = {"id": user_id, "name": user.name, "email": user.email}
    content = answer_then_work(answer, user, mailer, storage)
    return StreamingResponse(content, status_code=201, media_type="application/json")


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
