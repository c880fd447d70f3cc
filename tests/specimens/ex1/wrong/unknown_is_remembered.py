"""That an id was unknown is remembered after somebody got it.

task: 1
"""

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, EmailStr
from starlette.background import BackgroundTask

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


class NewUser(BaseModel):
    name: str
    email: EmailStr


from functools import lru_cache


@lru_cache
def cached(uid):
    return get_storage().get("users", uid)


async def after(name: str, email: str):
    storage = get_storage()
    try:
        get_mailer().send(email, "Welcome!", f"Dear {name}, you are in.")
    except MailError as error:
        storage.audit("welcome_email_failed", email=email, reason=str(error))
    storage.audit("user_registered", email=email)


@app.post("/users")
async def register(new: NewUser):
    storage = get_storage()
    taken = {row["email"].lower() for row in storage.find("users")}
    if new.email.lower() in taken:
        raise HTTPException(status_code=409, detail="taken")
    uid = storage.insert("users", name=new.name, email=new.email)
    answer = {"id": uid, "name": new.name, "email": new.email}
    return JSONResponse(answer, status_code=201, background=BackgroundTask(after, new.name, new.email))


@app.get("/users/{uid}")
async def read(uid: str):
    row = cached(uid)
    if row is None:
        raise HTTPException(404)
    return row
