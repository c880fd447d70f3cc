"""Which request the running code belongs to; it follows into threads and tasks."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class RequestState:
    """One request while the app works on it, its background tasks included."""

    def __init__(self, number: int, channel: Any) -> None:
        self.number = number
        self.channel = channel
        self.started = False
        self.complete = asyncio.Event()  # the server took the last byte of the response


current: contextvars.ContextVar[RequestState | None] = contextvars.ContextVar(
    "request", default=None
)


def follow_into_threads() -> None:
    """Make plain threads and executors inherit the request, as `asyncio.to_thread` already does."""
    if getattr(threading.Thread.start, "follows", False):
        return
    start, submit = threading.Thread.start, ThreadPoolExecutor.submit

    @functools.wraps(start)
    def start_in_context(thread: threading.Thread) -> None:
        if current.get() is not None:
            thread.run = functools.partial(contextvars.copy_context().run, thread.run)  # type: ignore[method-assign]
        start(thread)

    @functools.wraps(submit)  # type: ignore[arg-type]
    def submit_in_context(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        if current.get() is not None:
            fn = functools.partial(contextvars.copy_context().run, fn)
        return submit(self, fn, *args, **kwargs)

    start_in_context.follows = True  # type: ignore[attr-defined]
    threading.Thread.start = start_in_context  # type: ignore[method-assign, assignment]
    ThreadPoolExecutor.submit = submit_in_context  # type: ignore[method-assign]
