"""A pure ASGI middleware adds a timing header and logs, and sends each message at once."""

import logging
import time

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr
from starlette.datastructures import MutableHeaders

from exercises.services import MailerDep, StorageDep

log = logging.getLogger(__name__)


class Timing:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begin = time.perf_counter()

        async def timed(message):
            if message["type"] == "http.response.start":
                took = time.perf_counter() - begin
                MutableHeaders(scope=message)["x-process-time"] = f"{took:.4f}"
            await send(message)

        await self.app(scope, receive, timed)
        log.info("%s took %.4f s, tasks included", scope["path"], time.perf_counter() - begin)


app = FastAPI()
app.add_middleware(Timing)


class NewUser(BaseModel):
    name: str
    email: EmailStr


def welcome(user: NewUser, mailer, storage):
    outcome = {"email": user.email}
    try:
        mailer.send(user.email, "Welcome to the site", f"Hi {user.name}, enjoy!")
    except Exception as error:
        log.warning("no mail to %s", user.email)
        storage.audit("welcome_email_failed", **outcome, error=str(error))
    storage.audit("user_registered", **outcome)


@app.post("/users", status_code=201)
async def register(user: NewUser, tasks: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", **user.model_dump())
    tasks.add_task(welcome, user, mailer, storage)
    return {"id": user_id, **user.model_dump()}


@app.get("/users/{user_id}")
async def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
