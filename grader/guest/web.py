"""The outside HTTP world: httpx's transports forward each request to the grader's FakeWeb."""

from __future__ import annotations

import ssl
from typing import Any

import httpx
from httpx._transports import default

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

_real_ssl_context = default.create_ssl_context  # type: ignore[attr-defined]
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
    default.create_ssl_context = _no_ssl_context if channel else _real_ssl_context  # type: ignore[attr-defined]


def _no_ssl_context(*_args: Any, **_options: Any) -> ssl.SSLContext:
    """Nothing is encrypted on the way to the grader; certificates take 17 ms a client to read."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


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
