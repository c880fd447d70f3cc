"""backoff wraps the mailer with max_tries=1 and reports giving up through its handler."""

import backoff
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import MailError, get_mailer, get_storage

app = FastAPI()


class Person(BaseModel):
    name: str
    email: EmailStr


def gave_up(details: dict) -> None:
    (person,) = details["args"]
    get_storage().audit("welcome_email_failed", email=person.email, tries=details["tries"])


@backoff.on_exception(
    backoff.expo, MailError, max_tries=1, on_giveup=gave_up, raise_on_giveup=False
)
def send_welcome(person: Person) -> None:
    get_mailer().send(person.email, "Welcome!", f"Hello {person.name}, welcome to the library.")


def audit(person: Person) -> None:
    get_storage().audit("user_registered", email=person.email)


@app.post("/users", status_code=201)
def register(person: Person, tasks: BackgroundTasks):
    storage = get_storage()
    if person.email.lower() in [row["email"].lower() for row in storage.find("users")]:
        raise HTTPException(409)
    person_id = storage.insert("users", name=person.name, email=person.email)
    tasks.add_task(send_welcome, person)
    tasks.add_task(audit, person)
    return {"id": person_id, "name": person.name, "email": person.email}


@app.get("/users/{person_id}")
def show(person_id: str):
    row = get_storage().get("users", person_id)
    if row is None:
        raise HTTPException(404)
    return row
