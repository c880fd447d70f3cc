"""A number where the email should be raises in the endpoint.

task: 1
"""

import re

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request

from exercises.services import MailError, MailerDep, StorageDep

app = FastAPI()


def welcome(name, email, mailer, storage):
    try:
        mailer.send(email, "Welcome", name)
    except MailError:
        storage.audit("welcome_email_failed", email=email)
    storage.audit("user_registered", email=email)


@app.post("/users", status_code=201)
async def register(request: Request, bg: BackgroundTasks, storage: StorageDep, mailer: MailerDep):
    data = await request.json()
    if not isinstance(data.get("name"), str) or "email" not in data or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", data["email"]):
        raise HTTPException(422)
    name, email = data["name"], data["email"]
    if any(row["email"].lower() == email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    uid = storage.insert("users", name=name, email=email)
    bg.add_task(welcome, name, email, mailer, storage)
    return {"id": uid, "name": name, "email": email}


@app.get("/users/{uid}")
async def read(uid: str, storage: StorageDep):
    row = storage.get("users", uid)
    if row is None:
        raise HTTPException(404)
    return row
