"""A new user is answered with 200, FastAPI's default, instead of 201.

task: 1
also: 2, 4, 5
"""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, FastAPI, HTTPException, Path
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
    failed = False
    try:
        mailer.send(user.email, "Welcome to the club", f"We are happy to see you, {user.name}!")
    except MailError:
        failed = True
    for action in ["user_registered"] + ["welcome_email_failed"] * failed:
        storage.audit(action, email=user.email)


@router.post("", responses={409: {"description": "email taken"}})
def post_user(
    user: UserBase, tasks: BackgroundTasks, mailer: MailerDep, storage: StorageDep
) -> UserOut:
    emails = [row["email"].lower() for row in storage.find("users")]
    if user.email.lower() in emails:
        raise HTTPException(409)
    created = UserOut(id=storage.insert("users", **dict(user)), **dict(user))
    tasks.add_task(notify, created, mailer=mailer, storage=storage)
    return created


@router.get("/{user_id}")
def get_user(user_id: Annotated[str, Path(min_length=1)], storage: StorageDep) -> UserOut:
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return UserOut(**row)


app = FastAPI()
app.include_router(router)
