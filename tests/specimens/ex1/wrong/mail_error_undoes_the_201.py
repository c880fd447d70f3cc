"""A try around an inline mail turns a mailer's error into a 502 for the client.

task: 2
also: 3, 4
"""

from typing import Annotated

from fastapi import APIRouter, FastAPI, HTTPException, Path
from pydantic import BaseModel, ConfigDict, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

router = APIRouter(prefix="/users", tags=["users"])


class UserBase(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str
    email: EmailStr


class UserOut(UserBase):
    id: int


def notify(user: UserOut, mailer, storage):
    try:
        mailer.send(user.email, "Welcome to the club", f"We are happy to see you, {user.name}!")
    except MailError as error:
        storage.audit("welcome_email_failed", email=user.email)
        raise HTTPException(502, "could not send the welcome mail") from error
    storage.audit("user_registered", email=user.email)


@router.post("", status_code=201, responses={409: {"description": "email taken"}})
def post_user(user: UserBase, mailer: MailerDep, storage: StorageDep) -> UserOut:
    emails = [row["email"].lower() for row in storage.find("users")]
    if user.email.lower() in emails:
        raise HTTPException(409)
    created = UserOut(id=storage.insert("users", **dict(user)), **dict(user))
    notify(created, mailer, storage)
    return created


@router.get("/{user_id}")
def get_user(user_id: Annotated[str, Path(min_length=1)], storage: StorageDep) -> UserOut:
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return UserOut(**row)


app = FastAPI()
app.include_router(router)
