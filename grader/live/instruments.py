"""What a served app gets around it: the same as in a check, but in real time and the real world."""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from grader.guest import channel as real  # its functions are never replaced
from grader.guest import clock, gate, serve
from grader.guest.channel import Channel, waiting_threads
from grader.guest.state import current

HOSTS = ("127.0.0.1", "localhost")
FORBIDDEN = b"grader serve answers to http://127.0.0.1 and http://localhost only\n"
_real = httpx.HTTPTransport.handle_request
_real_async = httpx.AsyncHTTPTransport.handle_async_request

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


def install(channel: Channel) -> None:
    """Once, before the app is loaded."""
    serve.observe(channel)
    clock.replace_everywhere({real.real_sleep: sleep, real.real_async_sleep: async_sleep})
    send: Any = _handle
    send_async: Any = _handle_async
    httpx.HTTPTransport.handle_request = send  # type: ignore[method-assign]
    httpx.AsyncHTTPTransport.handle_async_request = send_async  # type: ignore[method-assign]


def observed(app: Asgi, channel: Channel, ignored: frozenset[int], file: str) -> Asgi:
    """The app behind the gate, with what comes in told inside of it and what leaves outside."""

    async def arriving(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            channel.call("request.received", method=scope["method"], path=scope["path"])
        await app(scope, receive, send)

    held = gate.Gate(arriving, channel, ignored, file)

    async def leaving(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and not _is_local(scope):
            await _refuse(send)
            return
        status = 0

        async def told_send(message: Any) -> None:
            nonlocal status
            await send(message)
            if message["type"] == "http.response.start":
                status = message["status"]
                channel.call("response.started", status=status)
            elif message["type"] == "http.response.body" and not message.get("more_body"):
                channel.call("response.sent", status=status)

        await held(scope, receive, told_send if scope["type"] == "http" else send)

    return leaving


def _is_local(scope: Any) -> bool:
    """Whether the browser means us: a page elsewhere whose name points here is refused."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return len(hosts) == 1 and hosts[0].rsplit(":", 1)[0] in HOSTS


async def _refuse(send: Any) -> None:
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": FORBIDDEN})


def sleep(seconds: float) -> None:
    """Stands for `time.sleep`: told, and then slept."""
    asked = current.get()
    if asked is not None and seconds > 0:
        asked.channel.call("clock.slept", seconds=float(seconds))
    ident = threading.get_ident()
    waiting_threads.add(ident)  # else the gate would wait for it at every other request
    try:
        real.real_sleep(seconds)
    finally:
        waiting_threads.discard(ident)


async def async_sleep(delay: float, result: Any = None) -> Any:
    """Stands for `asyncio.sleep`."""
    asked = current.get()
    if asked is not None and delay > 0:
        asked.channel.call("clock.slept", seconds=float(delay))
    return await real.real_async_sleep(delay, result)


def _handle(transport: Any, request: httpx.Request) -> httpx.Response:
    began = time.monotonic()
    try:
        response = _real(transport, request)
    except httpx.TransportError as error:
        _attempted(request, type(error).__name__, began)
        raise
    _attempted(request, str(response.status_code), began)
    return response


async def _handle_async(transport: Any, request: httpx.Request) -> httpx.Response:
    began = time.monotonic()
    try:
        response = await _real_async(transport, request)
    except httpx.TransportError as error:
        _attempted(request, type(error).__name__, began)
        raise
    _attempted(request, str(response.status_code), began)
    return response


def _attempted(request: httpx.Request, answer: str, began: float) -> None:
    asked = current.get()
    if asked is not None:
        took = round(time.monotonic() - began, 3)
        asked.channel.call(
            "http.attempted",
            method=request.method,
            url=str(request.url),
            answer=answer,
            took_s=took,
        )
