"""One shared service keeps the user as attribute, so overlapping registrations mail the last one twice.

task: 2
"""

from functools import lru_cache

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

    def greet(self) -> None:
        user = self.user
        try:
            self.mailer.send(user.email, "Welcome!", f"Dear {user.name},\nthank you for joining.")
        except MailError as error:
            self.storage.audit("welcome_email_failed", email=user.email, detail=str(error))
        self.storage.audit("user_registered", email=user.email, user_id=user.id)


@lru_cache
def get_service() -> UserService:
    return UserService(get_mailer(), get_storage())


app = FastAPI()


@app.post("/users", response_model=UserRead, status_code=201)
def create(data: UserCreate, tasks: BackgroundTasks, service: UserService = Depends(get_service)):
    try:
        user = service.create(data)
    except EmailTaken:
        raise HTTPException(409, "Email already registered") from None
    service.user = user
    tasks.add_task(service.greet)
    return user


@app.get("/users/{user_id}", response_model=UserRead)
def read(user_id: str, service: UserService = Depends(get_service)):
    user = service.storage.get("users", user_id)
    if user is None:
        raise HTTPException(404, "User not found")
    return user
