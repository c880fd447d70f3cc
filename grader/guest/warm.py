"""Bring an app's libraries into memory, so that forks and the first check find them ready."""

from __future__ import annotations

import asyncio
import functools
import warnings

from . import clock


def warm_up() -> None:
    """Import all an app usually needs, send one request through a tiny app, start virtual time.

    In this order: a library that derives from `datetime.date` while it is imported (pydantic.v1
    does) must find the real one.
    """
    import fastapi
    import httpx
    import PIL.JpegImagePlugin
    import PIL.PngImagePlugin  # noqa: F401
    import pydantic
    import uvicorn.lifespan.on
    import uvicorn.protocols.http.h11_impl  # noqa: F401

    from . import serve  # noqa: F401

    app = fastapi.FastAPI()

    class Warm(pydantic.BaseModel):
        email: pydantic.EmailStr

    @app.post("/", status_code=201)
    async def post(body: Warm, _tasks: fastapi.BackgroundTasks) -> Warm:
        return body

    async def drive() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
            await client.post("/", json={"email": "a@example.com"})

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asyncio.run(drive())
    clock.install()


@functools.cache
def once() -> None:
    """Warm this process up the first time it is asked to."""
    warm_up()
