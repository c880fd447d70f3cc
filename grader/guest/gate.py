"""The gate: the app's response is held back a moment, so that "after the response" can be seen.

Work queued with BackgroundTasks cannot start until the server's `send` of the response returns.
Inline work is already done by then; work on a thread or in `asyncio.create_task` happens while
the gate holds; background tasks cannot. The order on the grader's timeline then decides.
"""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.background import BackgroundTask

from .channel import POLL_SECONDS, Channel, real_async_sleep
from .quiet import places, quiet
from .state import RequestState, current
from .wrapping import wrap

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
TRACEBACK_LINES = 40
MAX_ROUNDS = 10  # of `quiet`, a quarter of a second each where something works
BACKGROUND_FILE = BackgroundTask.__init__.__code__.co_filename


class Gate:
    """ASGI application around the student's: holds responses, reports what raised and what ended.

    `own_file` is the path of the student's file: tracebacks start at its first frame.
    """

    def __init__(self, app: Any, channel: Channel, ignored: frozenset[int], own_file: str) -> None:
        self.app = app
        self._channel = channel
        self._ignored = ignored
        self._own_file = own_file
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Serve one connection's scope."""
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        state = RequestState(next(self._numbers), self._channel, self._ignored, places())
        current.set(state)

        async def held_send(message: Message) -> None:
            if message["type"] == "http.response.start" and not state.started:
                await self._channel.call_async("response.held")
                state.close_uploads()
                await _quiet(state)
                state.started = True
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                state.complete.set()

        try:
            await self.app(scope, receive, held_send)
        except (Exception, SystemExit) as error:
            self._report(error)
            raise
        finally:
            await _all_done(state)
            self._channel.call("request.finished")

    async def _other(self, scope: Scope, receive: Any, send: Send) -> None:
        """A lifespan: when it fails to start, say why; the server would only go away."""
        failed = False

        async def watched_send(message: Message) -> None:
            nonlocal failed
            failed = failed or message["type"] == "lifespan.startup.failed"
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except Exception as error:
            if failed:
                text = f"the lifespan of the app failed: {type(error).__name__}: {error}"
                trace = own_traceback(error, self._own_file)
                self._channel.call("app.failed", text=text[:500], traceback=trace[:4000])
            raise

    def _report(self, error: BaseException) -> None:
        name = "task.raised" if _in_background(error) else "endpoint.raised"
        text = own_traceback(error, self._own_file)
        inner = innermost(error)
        self._channel.call(
            name, error=type(inner).__name__, text=str(inner)[:500], traceback=text[:4000]
        )


async def _quiet(state: RequestState) -> None:
    await quiet(state.ignored_threads, before=state.places)


async def _all_done(state: RequestState) -> None:
    """Wait for what the request started, also for a thread that the suite keeps waiting.

    And for what an executor or a task does for it, which nobody may be waiting for: a while, since
    it may be a worker for ever.
    """
    await _quiet(state)
    rounds = itertools.count()
    while state.unanswered or (state.working and next(rounds) < MAX_ROUNDS):
        await real_async_sleep(POLL_SECONDS)
        await _quiet(state)


def _in_background(error: BaseException) -> bool:
    """Whether it came out of a background task: the server answers 500 for an endpoint's error."""
    frames = traceback.extract_tb(innermost(error).__traceback__)
    return any(frame.filename == BACKGROUND_FILE for frame in frames)


def innermost(error: BaseException) -> BaseException:
    """The one error inside exception groups of one (anyio wraps what a middleware's app raised).

    Starlette wraps an HTTPException that it can answer no more, since the response is out.
    """
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if str(error).startswith("Caught handled exception") and error.__cause__ is not None:
        return error.__cause__
    return error


def own_traceback(error: BaseException, own_file: str) -> str:
    """The traceback without the frames above the student's own file, as text."""
    error = innermost(error)
    # Without columns: to find where to put its ^^^^, Python 3.11 parses the line, and breaks off
    # with a SystemError when two threads do so at once.
    own = [
        traceback.FrameSummary(frame.filename, frame.lineno, frame.name)
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == own_file
    ]
    head = "".join(traceback.format_list(own[-TRACEBACK_LINES:]))
    return head + "".join(traceback.format_exception_only(error)).rstrip()


def hold_background_tasks() -> None:
    """Let background tasks begin once the response is complete, also under BaseHTTPMiddleware.

    There the last body message is still on its way through the middleware when tasks begin
    (starlette/middleware/base.py hands it over a memory stream): a race that says nothing about
    the student's code. A middleware that waits for the tasks before it sends gets no answer here;
    the wait is bounded, then the tasks run first and the timeline shows it.
    """
    wrap(BackgroundTask, "__call__", _after_response)


def _after_response(run: Callable[[BackgroundTask], Awaitable[None]]) -> Any:
    async def run_after_response(self: BackgroundTask) -> None:
        state = current.get()
        if state is not None and not state.complete.is_set():
            await _until_complete(state)
        await run(self)

    return run_after_response


async def _until_complete(state: RequestState) -> None:
    for _ in range(20):
        await quiet(frozenset(), max_polls=3)
        if state.complete.is_set():
            return
