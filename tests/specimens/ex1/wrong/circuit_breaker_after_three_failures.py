"""After three failed mails nobody gets one any more.

task: 4
"""

from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep


failures = 0


class NewUser(BaseModel):
    name: str
    email: EmailStr


class Users:
    def __init__(self, storage: StorageDep, mailer: MailerDep, later: BackgroundTasks) -> None:
        self.storage, self.mailer, self.later = storage, mailer, later

    def register(self, new: NewUser) -> dict[str, Any]:
        if self.by_email(new.email):
            raise HTTPException(409, "taken")
        user = {"name": new.name, "email": new.email}
        user["id"] = self.storage.insert("users", **user)
        self.later.add_task(self.mail, user)
        self.later.add_task(self.log, user)
        return user

    def by_id(self, user_id: str) -> dict[str, Any]:
        row = self.storage.get("users", user_id)
        if row is None:
            raise HTTPException(404, "unknown")
        return {"id": row["id"], "name": row["name"], "email": row["email"]}

    def by_email(self, email: str) -> dict[str, Any] | None:
        rows = self.storage.find("users")
        return next((row for row in rows if row["email"].lower() == email.lower()), None)

    def mail(self, user: dict[str, Any]) -> None:
        global failures
        if failures >= 3:  # the server is down, spare it
            return self.storage.audit("welcome_email_failed", email=user["email"])
        try:
            self.mailer.send(user["email"], "Welcome", f"Hi {user['name']}, welcome!")
        except MailError:
            failures += 1
            self.storage.audit("welcome_email_failed", email=user["email"])

    def log(self, user: dict[str, Any]) -> None:
        self.storage.audit("user_registered", email=user["email"])


UsersDep = Annotated[Users, Depends()]
app = FastAPI()


@app.post("/users", status_code=201)
def register(new: NewUser, users: UsersDep) -> dict[str, Any]:
    return users.register(new)


@app.get("/users/{user_id}")
def show(user_id: str, users: UsersDep) -> dict[str, Any]:
    return users.by_id(user_id)
