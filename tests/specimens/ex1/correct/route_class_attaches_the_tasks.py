"""A route class of its own attaches what the endpoint left in `request.state` to the response."""

from collections.abc import Callable

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, EmailStr
from starlette.background import BackgroundTasks

from exercises.services import MailerDep, MailError, StorageDep


class AfterRoute(APIRoute):
    """Whatever an endpoint leaves in request.state.after runs after the answer."""

    def get_route_handler(self) -> Callable:
        original = super().get_route_handler()

        async def handler(request: Request) -> Response:
            request.state.after = []
            response = await original(request)
            if request.state.after:
                tasks = BackgroundTasks()
                for fn, args in request.state.after:
                    tasks.add_task(fn, *args)
                response.background = tasks
            return response

        return handler


router = APIRouter(route_class=AfterRoute)


class NewUser(BaseModel):
    name: str
    email: EmailStr


def mail(mailer, storage, name, email):
    try:
        mailer.send(email, "Welcome", f"Hi {name}")
    except MailError:
        storage.audit("welcome_email_failed", email=email)


def audit(storage, email):
    storage.audit("user_registered", email=email)


@router.post("/users", status_code=201)
def register(user: NewUser, request: Request, storage: StorageDep, mailer: MailerDep):
    email = user.email.lower()
    if storage.find("users", email=email):
        raise HTTPException(409)
    uid = storage.insert("users", name=user.name, email=email)
    request.state.after.append((mail, (mailer, storage, user.name, email)))
    request.state.after.append((audit, (storage, email)))
    return {"id": uid, "name": user.name, "email": email}


@router.get("/users/{uid}")
def show(uid: str, storage: StorageDep):
    row = storage.get("users", uid)
    if row is None:
        raise HTTPException(404)
    return row


app = FastAPI()
app.include_router(router)
