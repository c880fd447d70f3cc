"""A threading.Timer of a tenth of a second is started in the endpoint.

task: 2
also: 3, 4
"""

from threading import Timer

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


@app.post("/users", status_code=201)
def register(user: NewUser, mailer: MailerDep, storage: StorageDep):
    for existing in storage.find("users"):
        if existing["email"].lower() == user.email.lower():
            raise HTTPException(409, "email taken")
    user_id = storage.insert("users", name=user.name, email=user.email)

    def welcome():
        error = None
        try:
            mailer.send(user.email, "Welcome aboard", f"Hello {user.name}, your id is {user_id}.")
        except Exception as e:
            error = e
        storage.audit("user_registered", email=user.email, id=user_id)
        if error is not None:
            storage.audit("welcome_email_failed", email=user.email, error=str(error))

    Timer(0.1, welcome).start()
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404, "not found")
    return {key: row[key] for key in ("id", "name", "email")}
