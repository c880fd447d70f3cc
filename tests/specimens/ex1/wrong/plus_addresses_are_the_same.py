"""ada+books@example.com is refused because ada@example.com is there.

task: 5
"""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import Mailer, MailerDep, MailError, Storage, StorageDep

app = FastAPI(title="Welcome email")


def canonical(email: str) -> str:
    local, _, domain = email.lower().partition("@")
    return local.partition("+")[0] + "@" + domain


class NewUser(BaseModel):
    name: str
    email: EmailStr


class User(NewUser):
    id: int


def welcome(user: User, storage: Storage, mailer: Mailer) -> None:
    try:
        mailer.send(user.email, "Welcome to the library", f"Hello {user.name}!")
    except MailError:
        storage.audit("welcome_email_failed", email=user.email)
    storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
def register(
    new: NewUser, background: BackgroundTasks, storage: StorageDep, mailer: MailerDep
) -> User:
    if any(canonical(row["email"]) == canonical(new.email) for row in storage.find("users")):
        raise HTTPException(409, "this email is taken")
    user = User(id=storage.insert("users", **new.model_dump()), **new.model_dump())
    background.add_task(welcome, user, storage, mailer)
    return user


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep) -> User:
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404, "no such user")
    return User(**row)
