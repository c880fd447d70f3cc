"""tenacity repeats the mail on connection errors only; a MailError is final and goes through."""

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from exercises.services import get_mailer, get_storage

app = FastAPI()


class UserCreate(BaseModel):
    name: str
    email: EmailStr


@retry(
    retry=retry_if_exception_type((ConnectionError, TimeoutError)),
    stop=stop_after_attempt(3),
    wait=wait_exponential(max=2),
    reraise=True,
)
def deliver(email: str, subject: str, body: str) -> None:
    get_mailer().send(email, subject, body)


def welcome_user(name: str, email: str) -> None:
    storage = get_storage()
    try:
        deliver(email, "Welcome to the team", f"Hello {name}")
    except Exception as exc:
        storage.audit("welcome_email_failed", email=email, error=repr(exc))
    storage.audit("user_registered", email=email)


@app.post("/users", status_code=201)
async def create_user(user: UserCreate, background_tasks: BackgroundTasks):
    storage = get_storage()
    if any(u["email"].lower() == user.email.lower() for u in storage.find("users")):
        raise HTTPException(status_code=409, detail="exists")
    uid = storage.insert("users", name=user.name, email=user.email)
    background_tasks.add_task(welcome_user, user.name, user.email)
    return {"id": uid, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
async def get_user(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(status_code=404)
    return row
