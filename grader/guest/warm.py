"""Bring an app's libraries into memory, so that forks and the first check find them ready."""

import asyncio
import functools
import importlib.metadata
import re
import warnings
from collections.abc import Iterable
from typing import Annotated, Any

from . import clock

LIBRARIES = (
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.ImageOps",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
    "anyio._backends._asyncio",
    "fastapi.telemetry._runtime",  # absent before FastAPI 0.160
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
)


EXTRAS = ("aiofiles", "anyio", "backoff", "csv", "sqlite3", "stamina", "tenacity")


def warm_up(texts: Iterable[str] = ()) -> None:
    """Import all an app usually needs, use a tiny app once, start virtual time.

    `texts` are the files of the submission: EXTRAS that they name are imported too, so that not
    each check of them has to.

    In this order: a library that derives from `datetime.date` while it is imported (pydantic.v1
    does) must find the real one.
    """
    # pydantic reads the version of email-validator for every model with an EmailStr: 1 ms a time.
    importlib.metadata.version = functools.cache(importlib.metadata.version)

    import fastapi  # noqa: F401 - first: the others are parts of it or beside it

    words = set(re.findall(r"\w+", " ".join(texts)))
    for name in (*LIBRARIES, *(name for name in EXTRAS if name in words)):
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            continue

    from . import serve  # noqa: F401

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asyncio.run(_use(_tiny_app()))
    clock.install()


def _tiny_app() -> Any:
    """An app that takes the ways through the libraries that the exercises take."""
    import fastapi
    import pydantic

    app = fastapi.FastAPI()

    class Warm(pydantic.BaseModel):
        email: pydantic.EmailStr

    def words() -> str:
        return "warm"

    @app.post("/", status_code=201)
    def post(
        body: Warm, tasks: fastapi.BackgroundTasks, text: Annotated[str, fastapi.Depends(words)]
    ) -> Warm:
        tasks.add_task(str, text)
        return body

    @app.post("/file")
    async def upload(file: fastapi.UploadFile) -> int:
        return len(await file.read())

    return app


async def _use(app: Any) -> None:
    import httpx

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
        await client.post("/", json={"email": "a@example.com"})
        await client.post("/", json={})
        await client.post("/file", files={"file": b"1"})
        await client.get("/nothing")


@functools.cache
def once() -> None:
    """Warm this process up the first time it is asked to."""
    warm_up()
