"""The task mails everybody on a list that nobody ever empties, so earlier users get it again.

task: 2
also: 4
"""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, StorageDep

app = FastAPI()
pending = []


class NewUser(BaseModel):
    name: str
    email: EmailStr


@app.post("/users", status_code=201)
def register(user: NewUser, bg: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    for existing in storage.find("users"):
        if existing["email"].lower() == user.email.lower():
            raise HTTPException(409, "email taken")
    user_id = storage.insert("users", name=user.name, email=user.email)

    pending.append(user)

    def welcome():
        for new in pending:
            try:
                mailer.send(new.email, "Welcome aboard", f"Hello {new.name}!")
            except Exception as e:
                storage.audit("welcome_email_failed", email=new.email, error=str(e))
            storage.audit("user_registered", email=new.email)

    bg.add_task(welcome)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404, "not found")
    return {key: row[key] for key in ("id", "name", "email")}
