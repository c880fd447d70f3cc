"""A validator puts the email in lower case, so storage.find can look for it exactly."""

from typing import Annotated, Any

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import AfterValidator, BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

LowerEmail = Annotated[EmailStr, AfterValidator(str.lower)]

app = FastAPI()


class UserIn(BaseModel):
    name: str
    email: LowerEmail


def on_registered(user: dict[str, Any], mailer, storage) -> None:
    mail = "Welcome to the book club", f"Good evening, {user['name']}."
    try:
        mailer.send(user["email"], *mail)
    except MailError as error:
        storage.audit("welcome_email_failed", **user, error=str(error))
    storage.audit("user_registered", **user)


@app.post("/users", status_code=201)
def register(body: UserIn, tasks: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    if storage.find("users", email=body.email):
        raise HTTPException(409, detail=f"{body.email} is taken")
    user = body.model_dump()
    user["id"] = storage.insert("users", **user)
    tasks.add_task(on_registered, user, mailer, storage)
    return user


@app.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    match storage.get("users", user_id):
        case None:
            raise HTTPException(404)
        case user:
            return user
