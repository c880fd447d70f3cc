"""Taken emails are kept in a set on app.state, beside the rows."""

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()
app.state.emails = set()


class User(BaseModel):
    name: str
    email: EmailStr


@app.post("/users", status_code=201)
async def create_user(user: User, request: Request, background_tasks: BackgroundTasks):
    emails = request.app.state.emails
    if user.email.lower() in emails:
        raise HTTPException(status_code=409, detail="Email already in use")
    emails.add(user.email.lower())
    new_id = get_storage().insert("users", name=user.name, email=user.email)
    background_tasks.add_task(send_welcome_email, user.email, user.name)
    background_tasks.add_task(log_registration, user.email)
    return {"id": new_id, "name": user.name, "email": user.email}


def send_welcome_email(email: str, username: str):
    try:
        get_mailer().send(email, "Welcome to MyApp", f"Thanks for signing up, {username}!")
    except MailError as e:
        print(f"Failed to send email to {email}: {e}")
        get_storage().audit("welcome_email_failed", email=email)


def log_registration(email: str):
    get_storage().audit("user_registered", email=email)


@app.get("/users/{user_id}")
async def get_user(user_id: str):
    user = get_storage().get("users", user_id)
    if not user:
        raise HTTPException(status_code=404, detail="User not found")
    return user
