"""The audit task prints and logs, but never calls storage.audit.

task: 3
also: 2, 4
"""

import logging

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import get_mailer, get_storage

logger = logging.getLogger("ex1")
app = FastAPI()


class User(BaseModel):
    name: str
    email: EmailStr


def send_mail(mailer, storage, name, email):
    print(f"[Background] mail to {email}")
    try:
        mailer.send(email, f"Welcome {name}", f"Hello {name}!\n\nYour account is ready.")
    except Exception:
        logger.exception("no welcome mail for %s", email)
        storage.audit("welcome_email_failed", email=email)


def write_audit(storage, email):
    logger.info("user_registered %s", email)


@app.post("/users", status_code=201)
def create_user(
    user: User,
    background_tasks: BackgroundTasks,
    mailer=Depends(get_mailer),
    storage=Depends(get_storage),
):
    if any(u["email"].lower() == user.email.lower() for u in storage.find("users")):
        raise HTTPException(409, "Email already exists")
    uid = storage.insert("users", name=user.name, email=user.email)
    background_tasks.add_task(send_mail, mailer, storage, user.name, user.email)
    background_tasks.add_task(write_audit, storage, user.email)
    return {"id": uid, "name": user.name, "email": user.email}


@app.get("/users/{id}")
def get_user(id: str, storage=Depends(get_storage)):
    row = storage.get("users", id)
    if not row:
        raise HTTPException(404, "User not found")
    return row
