"""Standard dataclasses instead of pydantic models, with postponed annotations."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


@dataclass
class NewUser:
    name: str
    email: EmailStr


@dataclass
class User:
    id: int
    name: str
    email: str


def register_in_log(user: User) -> None:
    get_storage().audit("user_registered", **asdict(user))


def welcome(user: User) -> None:
    try:
        get_mailer().send(user.email, "Welcome to the choir", f"Sing along, {user.name}!")
    except MailError as error:
        get_storage().audit("welcome_email_failed", **asdict(user), reason=str(error))
    register_in_log(user)


@app.post("/users", status_code=201)
def register(new: NewUser, background: BackgroundTasks) -> User:
    storage = get_storage()
    if new.email.lower() in (row["email"].lower() for row in storage.find("users")):
        raise HTTPException(409)
    user = User(id=storage.insert("users", **asdict(new)), **asdict(new))
    background.add_task(welcome, user)
    return user


@app.get("/users/{user_id}")
def show(user_id: str) -> User:
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return User(**row)
