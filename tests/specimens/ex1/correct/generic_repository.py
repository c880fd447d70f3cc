"""A generic Repository[T] maps rows to models; the app knows the storage only through it."""

from typing import Annotated, Generic, TypeVar

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.services import Mailer, MailError, Storage, get_mailer, get_storage

T = TypeVar("T", bound=BaseModel)


class Repository(Generic[T]):
    def __init__(self, storage: Storage, table: str, model: type[T]) -> None:
        self.storage, self.table, self.model = storage, table, model

    def add(self, values: BaseModel) -> T:
        row_id = self.storage.insert(self.table, **values.model_dump())
        return self.model(id=row_id, **values.model_dump())

    def get(self, row_id: str) -> T | None:
        row = self.storage.get(self.table, row_id)
        return self.model(**row) if row else None

    def all(self) -> list[T]:
        return [self.model(**row) for row in self.storage.find(self.table)]


class UserData(BaseModel):
    name: str
    email: EmailStr


class User(UserData):
    id: int


def get_users() -> Repository[User]:
    return Repository(get_storage(), "users", User)


Users = Annotated[Repository[User], Depends(get_users)]
app = FastAPI()


async def welcome(user: User, users: Repository[User], mailer: Mailer) -> None:
    try:
        mailer.send(user.email, "Welcome!", f"Member {user.id}: {user.name}")
    except MailError:
        users.storage.audit("welcome_email_failed", email=user.email)
    finally:
        users.storage.audit("user_registered", email=user.email)


@app.post("/users", status_code=201)
async def register(data: UserData, tasks: BackgroundTasks, users: Users) -> User:
    if any(user.email.lower() == data.email.lower() for user in users.all()):
        raise HTTPException(409)
    user = users.add(data)
    tasks.add_task(welcome, user, users, get_mailer())
    return user


@app.get("/users/{user_id}")
async def show(user_id: str, users: Users) -> User:
    user = users.get(user_id)
    if user is None:
        raise HTTPException(404)
    return user
