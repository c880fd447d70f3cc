"""The row is inserted by the background task, after the client has its 201.

task: 1
may: 5
"""

from uuid import uuid4

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, EmailStr
from starlette.background import BackgroundTask

from exercises.services import get_mailer, get_storage

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


def after_registration(row: dict) -> None:
    storage = get_storage()
    storage.insert("users", **row)
    try:
        get_mailer().send(row["email"], "Welcome", f"Welcome to us, {row['name']}!")
    except Exception as error:
        storage.audit("welcome_email_failed", user_id=row["id"], email=row["email"], why=str(error))
    finally:
        storage.audit("user_registered", user_id=row["id"], email=row["email"])


@app.post("/users")
async def register(new: NewUser):
    storage = get_storage()
    if [r for r in storage.find("users") if r["email"].lower() == new.email.lower()]:
        raise HTTPException(409, "taken")
    row = {"name": new.name, "email": new.email}
    row["id"] = str(uuid4())
    return JSONResponse(row, status_code=201, background=BackgroundTask(after_registration, row))


@app.get("/users/{user_id}")
async def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        return JSONResponse({"detail": "no such user"}, status_code=404)
    return row
