"""Everything the task needs is bound with functools.partial before it is queued."""

from functools import partial

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


class Registration(BaseModel):
    name: str
    email: EmailStr


async def run_steps(attempt, on_error, *, finally_do):
    try:
        attempt()
    except MailError:
        on_error()
    finally_do()


@app.post("/users", status_code=201)
async def register(body: Registration, background: BackgroundTasks):
    storage = get_storage()
    if any(row["email"].lower() == body.email.lower() for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=body.name, email=body.email)
    mail = partial(get_mailer().send, body.email, "Welcome", f"Hello {body.name}")
    audit = partial(storage.audit, email=body.email)
    job = partial(
        run_steps,
        mail,
        partial(audit, "welcome_email_failed"),
        finally_do=partial(audit, "user_registered"),
    )
    background.add_task(job)
    return {"id": user_id} | body.model_dump()


@app.get("/users/{user_id}")
async def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
