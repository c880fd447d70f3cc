"""lifespan makes the registry; endpoints find it in the request's state."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from pydantic import BaseModel, EmailStr

from exercises.services import get_mailer, get_storage


class Registry:
    def __init__(self) -> None:
        self.storage, self.mailer = get_storage(), get_mailer()

    def knows(self, email: str) -> bool:
        return any(row["email"].lower() == email.lower() for row in self.storage.find("users"))

    async def welcome(self, name: str, email: str) -> None:
        try:
            self.mailer.send(email, f"Welcome, {name}", f"Dear {name}, good that you are here.")
        except Exception as error:
            self.storage.audit("welcome_email_failed", email=email, error=type(error).__name__)
        self.storage.audit("user_registered", email=email)


class State(TypedDict):
    registry: Registry


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[State]:
    yield {"registry": Registry()}


app = FastAPI(lifespan=lifespan)


class NewUser(BaseModel):
    name: str
    email: EmailStr


@app.post("/users", status_code=201)
async def register(user: NewUser, request: Request, background: BackgroundTasks):
    registry: Registry = request.state.registry
    if registry.knows(user.email):
        raise HTTPException(409)
    user_id = registry.storage.insert("users", name=user.name, email=user.email)
    background.add_task(registry.welcome, user.name, user.email)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
async def show(user_id: str, request: Request):
    row = request.state.registry.storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
