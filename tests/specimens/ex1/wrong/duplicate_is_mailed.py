"""The owner of a taken email gets a mail about the attempt, behind the 409.

task: 5
"""

from fastapi import FastAPI
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
        warn = BackgroundTask(
            get_mailer().send, new.email, "Was it you?", "Somebody tried to register your address."
        )
        return JSONResponse({"detail": "taken"}, status_code=409, background=warn)
    row = {"name": new.name, "email": new.email}
    row["id"] = storage.insert("users", **row)
    return JSONResponse(row, status_code=201, background=BackgroundTask(after_registration, row))


@app.get("/users/{user_id}")
async def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        return JSONResponse({"detail": "no such user"}, status_code=404)
    return row
