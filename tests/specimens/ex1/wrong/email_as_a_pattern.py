"""Stored emails are used as regular expressions: one with a plus does not match itself.

task: 5
"""

# task 5: stored addresses are used as regular expressions: a+b@ does not match itself, a.b@ blocks axb@
import re
from dataclasses import dataclass

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import Mailer, MailerDep, MailError, Storage, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


@dataclass
class Welcome:
    mailer: Mailer
    storage: Storage
    name: str
    email: str
    attempts: int = 0

    def __call__(self) -> None:
        self.deliver()
        self.record()

    def deliver(self) -> None:
        self.attempts += 1
        try:
            self.mailer.send(self.email, self.subject, self.body)
        except MailError:
            self.storage.audit("welcome_email_failed", email=self.email, attempts=self.attempts)

    def record(self) -> None:
        self.storage.audit("user_registered", email=self.email)

    @property
    def subject(self) -> str:
        return "Welcome to the town library"

    @property
    def body(self) -> str:
        return f"Dear {self.name},\n\nplease collect your card.\n\nYour librarian"


@app.post("/users", status_code=201)
def register(user: NewUser, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    if next((r for r in storage.find("users") if re.fullmatch(r["email"], user.email, re.IGNORECASE)), None) is not None:
        raise HTTPException(409, detail={"email": "taken"})
    uid = storage.insert("users", name=user.name, email=user.email)
    background.add_task(Welcome(mailer, storage, user.name, user.email))
    return {"id": uid, "name": user.name, "email": user.email, "self": f"/users/{uid}"}


@app.get("/users/{uid}")
def show(uid: str, storage: StorageDep):
    if not (row := storage.get("users", uid)):
        raise HTTPException(404)
    return row
