"""Raw Starlette routes: an HTTPEndpoint class that reads and checks the body itself."""

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel, EmailStr, ValidationError
from starlette.background import BackgroundTask
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.routing import Route

from exercises.services import MailError, get_mailer, get_storage


class NewUser(BaseModel):
    name: str
    email: EmailStr


class Users(HTTPEndpoint):
    async def post(self, request: Request) -> JSONResponse:
        try:
            user = NewUser.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"detail": error.error_count()}, status_code=422)
        storage = get_storage()
        if any(row["email"].lower() == user.email.lower() for row in storage.find("users")):
            return JSONResponse({"detail": "taken"}, status_code=409)
        fields = user.model_dump()
        user_id = storage.insert("users", **fields)
        task = BackgroundTask(self.welcome, user)
        return JSONResponse({"id": user_id, **fields}, status_code=201, background=task)

    @staticmethod
    def welcome(user: NewUser) -> None:
        try:
            get_mailer().send(user.email, "Welcome!", f"Nice to meet you, {user.name}.")
        except MailError:
            get_storage().audit("welcome_email_failed", email=user.email)
        get_storage().audit("user_registered", email=user.email)


class OneUser(HTTPEndpoint):
    def get(self, request: Request) -> JSONResponse:
        row = get_storage().get("users", request.path_params["user_id"])
        if row is None:
            return JSONResponse({"detail": "not found"}, status_code=404)
        return JSONResponse(row)


app = FastAPI(routes=[Route("/users", Users), Route("/users/{user_id}", OneUser)])
