"""The task waits for a ThreadPoolExecutor: run_in_executor inside the task, not in the endpoint."""

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import get_mailer, get_storage

app = FastAPI()
pool = ThreadPoolExecutor(max_workers=3)


class SignUp(BaseModel):
    name: str
    email: EmailStr


async def in_pool(func, *args, **kwargs):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(pool, functools.partial(func, *args, **kwargs))


async def after_sign_up(name: str, email: str) -> None:
    storage = get_storage()
    try:
        await in_pool(get_mailer().send, email, f"Welcome {name}!", f"{name}, your trial begins.")
    except Exception as error:
        await in_pool(storage.audit, "welcome_email_failed", email=email, error=f"{error}")
    finally:
        await in_pool(storage.audit, "user_registered", email=email)


@app.post("/users", status_code=201)
async def sign_up(data: SignUp, background_tasks: BackgroundTasks):
    storage = get_storage()
    for user in storage.find("users"):
        if user["email"].lower() == data.email.lower():
            raise HTTPException(status_code=409)
    user_id = storage.insert("users", name=data.name, email=data.email)
    background_tasks.add_task(after_sign_up, data.name, data.email)
    return {"id": user_id, "name": data.name, "email": data.email}


@app.get("/users/{user_id}")
async def user(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(status_code=404)
    return row
