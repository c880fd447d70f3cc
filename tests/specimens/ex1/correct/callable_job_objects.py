"""Tasks are objects with an async __call__; a runner object calls one after the other."""

from dataclasses import dataclass, field

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, StorageDep

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


@dataclass
class WelcomeMail:
    mailer: object
    user: NewUser
    failure = "welcome_email_failed"

    async def __call__(self) -> None:
        self.mailer.send(self.user.email, "Welcome!", f"Hello {self.user.name}!")


@dataclass
class AuditEntry:
    storage: object
    user: NewUser
    failure = "audit_failed"

    async def __call__(self) -> None:
        self.storage.audit("user_registered", email=self.user.email)


@dataclass
class Runner:
    storage: object
    jobs: list = field(default_factory=list)

    async def __call__(self) -> None:
        for job in self.jobs:
            try:
                await job()
            except Exception as error:
                self.storage.audit(job.failure, email=job.user.email, error=repr(error))


@app.post("/users", status_code=201)
async def register(user: NewUser, tasks: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    if user.email.lower() in (row["email"].lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    tasks.add_task(Runner(storage, [WelcomeMail(mailer, user), AuditEntry(storage, user)]))
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
async def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
