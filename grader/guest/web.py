"""The outside HTTP world: httpx's transports forward each request to the grader's FakeWeb."""

from __future__ import annotations

from typing import Any

import httpx

from .channel import Channel, Refused
from .state import current

ERRORS: dict[str, type[httpx.TransportError]] = {
    "ConnectTimeout": httpx.ConnectTimeout,
    "ReadTimeout": httpx.ReadTimeout,
    "WriteTimeout": httpx.WriteTimeout,
    "PoolTimeout": httpx.PoolTimeout,
    "ReadError": httpx.ReadError,
    "RemoteProtocolError": httpx.RemoteProtocolError,
}

_outside: Channel | None = None
_real = httpx.HTTPTransport.handle_request
_real_async = httpx.AsyncHTTPTransport.handle_async_request


def install(channel: Channel | None) -> None:
    """Send what httpx would send to the network through `channel` instead; None undoes it."""
    global _outside
    _outside = channel
    sync: Any = _handle if channel else _real
    coroutine: Any = _handle_async if channel else _real_async
    httpx.HTTPTransport.handle_request = sync  # type: ignore[method-assign]
    httpx.AsyncHTTPTransport.handle_async_request = coroutine  # type: ignore[method-assign]


def _handle(_self: Any, request: httpx.Request) -> httpx.Response:
    request.read()
    return _forward(request)


async def _handle_async(_self: Any, request: httpx.Request) -> httpx.Response:
    await request.aread()
    return _forward(request)


def _forward(request: httpx.Request) -> httpx.Response:
    state = current.get()
    channel = state.channel if state else _outside
    assert channel is not None, "installed with a channel"
    headers = [[name, value] for name, value in request.headers.multi_items()]
    try:
        value, body = channel.call(
            "web.request",
            request.content,
            method=request.method,
            url=str(request.url),
            headers=headers,
        )
    except Refused as refused:
        error = ERRORS.get(refused.kind, httpx.ConnectError)
        raise error(str(refused), request=request) from None
    return httpx.Response(value["status"], headers=value["headers"], content=body, request=request)
