"""An @app.middleware("http") function puts the time each request took into a header."""

import time

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


@app.middleware("http")
async def add_process_time_header(request: Request, call_next):
    start_time = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Process-Time"] = str(time.perf_counter() - start_time)
    return response


class UserCreate(BaseModel):
    name: str
    email: EmailStr


def send_welcome_email(user: UserCreate, mailer, storage):
    try:
        mailer.send(user.email, "Welcome!", f"Hello {user.name}!")
    except MailError as exc:
        storage.audit("welcome_email_failed", email=user.email, reason=str(exc))
    storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
def create_user(
    user: UserCreate, background_tasks: BackgroundTasks, mailer: MailerDep, storage: StorageDep
):
    taken = [row for row in storage.find("users") if row["email"].lower() == user.email.lower()]
    if taken:
        raise HTTPException(status_code=409, detail="Email already registered")
    user_id = storage.insert("users", name=user.name, email=user.email)
    background_tasks.add_task(send_welcome_email, user, mailer, storage)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
def read_user(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(status_code=404, detail="User not found")
    return row
