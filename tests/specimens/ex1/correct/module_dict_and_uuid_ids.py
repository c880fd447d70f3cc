"""Users live in a module-level dictionary under uuid4 keys; the storage gets a row as well."""

import uuid

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()

users_db: dict[uuid.UUID, "UserOut"] = {}


class UserIn(BaseModel):
    name: str
    email: EmailStr


class UserOut(UserIn):
    id: uuid.UUID


def welcome(user: UserOut):
    storage = get_storage()
    try:
        get_mailer().send(user.email, "Welcome", f"Welcome {user.name}! Your id is {user.id}.")
    except MailError as error:
        storage.audit("welcome_email_failed", user=user.id, email=user.email, error=str(error))
    storage.audit("user_registered", user=user)


@app.post("/users", status_code=201)
async def create(data: UserIn, tasks: BackgroundTasks) -> UserOut:
    if any(u.email.lower() == data.email.lower() for u in users_db.values()):
        raise HTTPException(409, "duplicate email")
    user = UserOut(id=uuid.uuid4(), **data.model_dump())
    users_db[user.id] = user
    get_storage().insert("users", **user.model_dump())
    tasks.add_task(welcome, user)
    return user


@app.get("/users/{user_id}")
async def read(user_id: str) -> UserOut:
    try:
        return users_db[uuid.UUID(user_id)]
    except (KeyError, ValueError):
        raise HTTPException(404, "no such user") from None
