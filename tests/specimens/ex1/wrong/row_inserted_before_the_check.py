"""The body is stored as it came and checked afterwards, so a 422 leaves a row.

task: 1
"""

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, EmailStr, ValidationError

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


class User(BaseModel):
    name: str
    email: EmailStr


def welcome(user: User):
    try:
        get_mailer().send(user.email, "Welcome!", f"Hello {user.name}!")
    except MailError:
        get_storage().audit("welcome_email_failed", email=user.email)
    get_storage().audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
async def register(request: Request, tasks: BackgroundTasks):
    storage = get_storage()
    try:
        data = dict(await request.json())
    except (ValueError, TypeError):
        raise HTTPException(422, "not a JSON object") from None
    email = str(data.get("email")).lower()
    if any(str(row["email"]).lower() == email for row in storage.find("users")):
        raise HTTPException(409)
    user_id = storage.insert("users", name=data.get("name"), email=data.get("email"))
    try:
        user = User(**data)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_context=False)) from None
    tasks.add_task(welcome, user)
    return {"id": user_id, "name": user.name, "email": user.email}


@app.get("/users/{user_id}")
async def show(user_id: str):
    row = get_storage().get("users", user_id)
    if row is None:
        raise HTTPException(404)
    return row
