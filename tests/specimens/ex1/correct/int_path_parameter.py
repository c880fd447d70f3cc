"""The id in the path is declared as int, as most tutorials do."""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailerDep, MailError, StorageDep

app = FastAPI()


class User(BaseModel):
    name: str
    email: EmailStr


class SavedUser(User):
    id: int


def send_welcome(user: User, mailer, storage):
    try:
        mailer.send(user.email, "Welcome!", f"Hello {user.name}, your account is ready.")
    except MailError:
        storage.audit("welcome_email_failed", email=user.email)
    storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201, response_model=SavedUser)
def create(user: User, bg: BackgroundTasks, mailer: MailerDep, storage: StorageDep):
    if user.email.lower() in [row["email"].lower() for row in storage.find("users")]:
        raise HTTPException(409, "Email already registered")
    user_id = storage.insert("users", name=user.name, email=user.email)
    bg.add_task(send_welcome, user, mailer, storage)
    return {"id": user_id, **user.model_dump()}


@app.get("/users/{user_id}", response_model=SavedUser)
def read(user_id: int, storage: StorageDep):
    if (row := storage.get("users", user_id)) is None:
        raise HTTPException(404, "User not found")
    return row
