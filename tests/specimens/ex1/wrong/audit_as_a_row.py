"""The entry goes to a table called audit instead of the audit log.

task: 3
also: 2, 4
"""

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import Mailer, MailError, Storage, get_mailer, get_storage


class UserCreate(BaseModel):
    name: str
    email: EmailStr


class UserRead(BaseModel):
    id: int
    name: str
    email: EmailStr


class EmailTaken(Exception):
    pass


class UserService:
    def __init__(self, mailer: Mailer, storage: Storage) -> None:
        self.mailer = mailer
        self.storage = storage

    def create(self, data: UserCreate) -> UserRead:
        if self.by_email(data.email):
            raise EmailTaken
        new_id = self.storage.insert("users", name=data.name, email=data.email)
        return UserRead(id=new_id, name=data.name, email=data.email)

    def by_email(self, email: str) -> list[dict]:
        return [u for u in self.storage.find("users") if u["email"].upper() == email.upper()]

    def greet(self, user: UserRead) -> None:
        try:
            self.mailer.send(user.email, "Welcome!", f"Dear {user.name},\nthank you for joining.")
        except MailError as error:
            self.storage.audit("welcome_email_failed", email=user.email, detail=str(error))
        self.storage.insert("audit", action="user_registered", email=user.email)


def get_service(mailer: Mailer = Depends(get_mailer), storage: Storage = Depends(get_storage)):
    return UserService(mailer, storage)


app = FastAPI()


@app.post("/users", response_model=UserRead, status_code=201)
def create(data: UserCreate, tasks: BackgroundTasks, service: UserService = Depends(get_service)):
    try:
        user = service.create(data)
    except EmailTaken:
        raise HTTPException(409, "Email already registered") from None
    tasks.add_task(service.greet, user)
    return user


@app.get("/users/{user_id}", response_model=UserRead)
def read(user_id: str, service: UserService = Depends(get_service)):
    user = service.storage.get("users", user_id)
    if user is None:
        raise HTTPException(404, "User not found")
    return user
