"""A route class of its own runs the response's background tasks before it returns the response.

task: 2
also: 3, 4
"""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, FastAPI, HTTPException, Path, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, EmailStr

from exercises.services import MailerDep, MailError, StorageDep


class FinishingRoute(APIRoute):
    def get_route_handler(self):
        handler = super().get_route_handler()

        async def handle_and_finish(request: Request):
            response = await handler(request)
            if response.background is not None:
                await response.background()
                response.background = None
            return response

        return handle_and_finish


router = APIRouter(prefix="/users", tags=["users"], route_class=FinishingRoute)


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


@router.post("", status_code=201, responses={409: {"description": "email taken"}})
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
