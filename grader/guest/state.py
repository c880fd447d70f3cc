"""Which request the running code belongs to; it follows into threads and tasks."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from starlette.datastructures import UploadFile

from .wrapping import wrap

NOWHERE: Mapping[int, Any] = {}


class RequestState:
    """One request while the app works on it, its background tasks included."""

    def __init__(
        self,
        number: int,
        channel: Any,
        ignored_threads: frozenset[int] = frozenset(),
        places: Mapping[int, Any] = NOWHERE,
    ) -> None:
        self.number = number
        self.channel = channel
        self.ignored_threads = ignored_threads  # not the app's
        self.places = places  # where all threads stood when it came in, see quiet.py
        self.loop = asyncio._get_running_loop()  # the server's; a thread may run one of its own
        self.naps = 0  # sleeps in a row, with no other call between them
        self.sleeping: set[object] = set()  # one for each of its sleeps that goes on
        self.started = False
        self.complete = asyncio.Event()  # the server took the last byte of the response
        self.unanswered: set[int] = set()  # calls that were told to wait
        self.threads: set[int] = set()  # those that it began, and that run
        # What it gave to executors and to the event loop, and is not done.
        self.working: set[Future[Any] | asyncio.Task[Any]] = set()
        self.uploads: list[UploadFile] = []

    def close_uploads(self) -> None:
        """Close what the request uploaded, now that the endpoint has returned.

        FastAPI does this before the background tasks in some versions and after them in others
        (0.106 to 0.117, and since); an app that keeps the page of exercise 3 works in all.
        """
        for upload in self.uploads:
            upload.file.close()


current: contextvars.ContextVar[RequestState | None] = contextvars.ContextVar(
    "request", default=None
)


own_thread: contextvars.ContextVar[bool] = contextvars.ContextVar("own_thread", default=False)


def note_uploads() -> None:
    """Let each request know the files that were uploaded with it."""
    wrap(UploadFile, "__init__", _noting)


def _noting(make: Callable[..., None]) -> Callable[..., None]:
    def make_and_note(self: UploadFile, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        state = current.get()
        if state is not None and not state.started:
            state.uploads.append(self)

    return make_and_note


def follow_into_threads() -> None:
    """Make plain threads and executors inherit the request, as `asyncio.to_thread` already does.

    `own_thread` tells that nobody need wait for them, as somebody does for `to_thread` and for the
    workers of `def` endpoints: those bring the context of who waits.
    """
    wrap(threading.Thread, "start", _in_context)
    wrap(ThreadPoolExecutor, "submit", _submitted_in_context)
    wrap(asyncio.BaseEventLoop, "create_task", _task_noted)


def _in_context(start: Callable[[Any], None]) -> Callable[[Any], None]:
    def start_in_context(thread: threading.Thread) -> None:
        state = current.get()
        if state is not None:
            run = functools.partial(_own_context().run, thread.run)
            thread.run = functools.partial(_noted, state, run)  # type: ignore[method-assign]
        start(thread)

    return start_in_context


def _submitted_in_context(submit: Callable[..., Any]) -> Callable[..., Any]:
    def submit_in_context(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        state = current.get()
        if state is None:
            return submit(self, fn, *args, **kwargs)
        future = submit(self, functools.partial(_own_context().run, fn), *args, **kwargs)
        return _works_for(state, future)

    return submit_in_context


def _task_noted(create_task: Callable[..., Any]) -> Callable[..., Any]:
    def create_noted_task(self: Any, *args: Any, **kwargs: Any) -> Any:
        task, state = create_task(self, *args, **kwargs), current.get()
        return task if state is None else _works_for(state, task)

    return create_noted_task


def _works_for(state: RequestState, work: Any) -> Any:
    state.working.add(work)
    work.add_done_callback(state.working.discard)
    return work


def _noted(state: RequestState, run: Callable[[], None]) -> None:
    ident = threading.get_ident()
    state.threads.add(ident)
    try:
        run()
    finally:
        state.threads.discard(ident)


def _own_context() -> contextvars.Context:
    context = contextvars.copy_context()
    context.run(own_thread.set, True)
    return context
