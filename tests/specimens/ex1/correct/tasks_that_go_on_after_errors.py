"""A BackgroundTasks subclass runs every task, notes errors, and so lets plain tasks raise."""

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, EmailStr
from starlette.background import BackgroundTasks

from exercises.services import get_mailer, get_storage

app = FastAPI()


class SturdyTasks(BackgroundTasks):
    def __init__(self, **details) -> None:
        super().__init__()
        self.details = details

    async def __call__(self) -> None:
        for task in self.tasks:
            try:
                await task()
            except Exception as error:
                action = f"{task.func.__name__}_failed"
                get_storage().audit(action, error=str(error), **self.details)


class NewUser(BaseModel):
    name: str
    email: EmailStr


def welcome_email(user: NewUser) -> None:
    get_mailer().send(user.email, "Welcome!", f"{user.name}, we are glad that you came.")


async def registered(user: NewUser) -> None:
    get_storage().audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
async def register(user: NewUser) -> Response:
    storage = get_storage()
    if user.email.lower() in [row["email"].lower() for row in storage.find("users")]:
        raise HTTPException(409)
    user_id = storage.insert("users", name=user.name, email=user.email)
    tasks = SturdyTasks(email=user.email)
    tasks.add_task(welcome_email, user)
    tasks.add_task(registered, user)
    body = {"id": user_id, "name": user.name, "email": user.email}
    return JSONResponse(body, status_code=201, background=tasks)


@app.get("/users/{user_id}")
async def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
