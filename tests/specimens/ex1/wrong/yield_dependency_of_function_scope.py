"""A dependency works after its yield, but with scope function that is before the response.

task: 2
also: 3, 4
"""

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class Signup(BaseModel):
    name: str
    email: EmailStr


class Account(Signup):
    id: int


class Welcomer:
    def __init__(self, mailer, storage):
        self.mailer, self.storage, self.users = mailer, storage, []

    def later(self, user: Signup) -> None:
        self.users.append(user)

    def work(self) -> None:
        for user in self.users:
            self._mail(user)
            self.storage.audit("user_registered", email=user.email)

    def _mail(self, user: Signup) -> None:
        try:
            self.mailer.send(user.email, "Welcome on board", f"Good to see you, {user.name}.")
        except MailError:
            self.storage.audit("welcome_email_failed", email=user.email)


def get_welcomer(mailer: MailerDep, storage: StorageDep):
    welcomer = Welcomer(mailer, storage)
    yield welcomer
    welcomer.work()


@app.post("/users", status_code=201, response_model=Account)
def sign_up(
    user: Signup,
    storage: StorageDep,
    welcomer: Annotated[Welcomer, Depends(get_welcomer, scope="function")],
):
    wanted = user.email.lower()
    if wanted in (row["email"].lower() for row in storage.find("users")):
        raise HTTPException(409)
    new_id = storage.insert("users", name=user.name, email=user.email)
    welcomer.later(user)
    return Account(id=new_id, **user.model_dump())


@app.get("/users/{user_id}", response_model=Account)
def account(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
