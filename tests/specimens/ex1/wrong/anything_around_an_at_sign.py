"""An email is anything with an @ between.

task: 1
"""

from pydantic import Field
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, MailerDep, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: str = Field(pattern=r"^.+@.+$")


def after(user, mailer, storage):
    try:
        mailer.send(user.email, "Welcome", f"Hi {user.name}")
    except MailError:
        storage.audit("welcome_email_failed", email=user.email)
    storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
def register(user: NewUser, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    if any(r["email"].lower() == user.email.lower() for r in storage.find("users")):
        raise HTTPException(409)
    uid = storage.insert("users", name=user.name, email=user.email)
    background.add_task(after, user, mailer, storage)
    return {"id": uid, "name": user.name, "email": user.email}


@app.get("/users/{uid}")
def show(uid: str, storage: StorageDep):
    row = storage.get("users", uid)
    if row is None:
        raise HTTPException(404)
    return {"id": row["id"], "name": row["name"], "email": row["email"]}
