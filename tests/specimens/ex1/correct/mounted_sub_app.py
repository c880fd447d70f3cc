"""The users API is an app of its own, mounted at the root of `app`."""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, StorageDep

users = FastAPI(title="Users")


class NewUser(BaseModel):
    name: str
    email: EmailStr


def try_to_mail(mailer, user) -> Exception | None:
    try:
        mailer.send(user.email, "Welcome to us", f"This is your first mail, {user.name}.")
    except Exception as error:
        return error
    return None


def after(mailer, storage, user):
    error = try_to_mail(mailer, user)
    storage.audit("user_registered", email=user.email)
    if error:
        storage.audit("welcome_email_failed", email=user.email, error=str(error))


@users.post("/users", status_code=201)
def register(user: NewUser, tasks: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    for row in storage.find("users"):
        if row["email"].casefold() == user.email.casefold():
            raise HTTPException(409)
    tasks.add_task(after, mailer, storage, user)
    return {"id": storage.insert("users", **user.model_dump()), **user.model_dump()}


@users.get("/users/{user_id}")
def show(user_id: str, storage: StorageDep):
    row = storage.get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row


app = FastAPI()
app.mount("/", users)
