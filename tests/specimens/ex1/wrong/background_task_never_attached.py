"""A BackgroundTask is made, but the response that is returned does not carry it.

task: 2
also: 3, 4, 5
"""

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
    row["id"] = storage.insert("users", **row)
    task = BackgroundTask(after_registration, row)
    JSONResponse(row, background=task)
    return JSONResponse(row, status_code=201)


@app.get("/users/{user_id}")
async def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        return JSONResponse({"detail": "no such user"}, status_code=404)
    return row
