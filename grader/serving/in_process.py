"""Serve an app beside the test: no sandbox, no socket, no fork, so that a debugger just works.

The app runs on an event loop in a thread of its own, driven over ASGI, with the same
instrumentation and the same fakes as in the sandbox. This is what `pytest exercises/ex1` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpx
from PIL import Image, ImageFile
from uvicorn.lifespan.on import LifespanOn

from grader.fakes.desk import Desk
from grader.guest import clock, gate, quiet, serve, warm
from grader.guest.channel import Channel
from grader.guest.load import LoadError, load_app
from grader.serving.app import AppStopped, Debugging, NoAnswer, Waiter, why_500
from grader.serving.asgi import AsgiExchange
from grader.serving.limits import Limits


class InProcessApp:
    """A served app; satisfies `grader.serving.app.Served`."""

    output = ""  # pytest captures what the app prints

    def __init__(self, desk: Desk, limits: Limits, debugging: Debugging) -> None:
        self.desk = desk
        self._limits = limits
        self._debugging = debugging
        self._waiter = Waiter()
        self._sent = 0
        desk.timeline.on_append = self._waiter.wake
        self._app: Any = None
        self._lifespan: LifespanOn | None = None
        self._filters: list[Any] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.client = httpx.AsyncClient(transport=_Transport(self), base_url="http://localhost")

    async def start(self, file: str, module: str) -> None:
        """Load the file and start its lifespan. Raises AppStopped."""
        ignored = quiet.running_threads()
        self._thread.start()
        channel = Channel(self.desk.answer, owner=os.getpid())
        serve.install(channel)
        clock.report_given_code(channel, module)
        await self._run(self._load(file, module, channel, ignored), self._limits.start_s, "start")
        if self.desk.failure is not None:
            raise AppStopped(*self.desk.failure)

    async def _load(
        self, file: str, module: str, channel: Channel, ignored: frozenset[int]
    ) -> None:
        ignored |= {threading.get_ident()}
        try:
            app = load_app(file, module)
        except LoadError as error:
            raise AppStopped(str(error), error.traceback) from None
        except SystemExit as leaving:
            raise AppStopped(f"the app ended while starting (status {leaving.code})") from None
        self._filters = list(warnings.filters)
        self._app = gate.Gate(app, channel, ignored, file)
        config = serve.config(self._app)
        config.load()
        self._lifespan = LifespanOn(config)
        await self._lifespan.startup()
        if self._lifespan.should_exit and self.desk.failure is None:
            raise AppStopped("the app's lifespan failed while starting")

    async def until(self, condition: Callable[[], bool]) -> bool:
        """Wait until the condition holds; False when the check's time is up."""
        return await self._patient(condition, self._limits.check_s)

    async def settle(self) -> None:
        """Wait for all requests and their background work. Raises AppStopped if that never ends."""
        if not await self.until(lambda: self.desk.finished >= self._sent):
            raise AppStopped(f"background work did not end within {self._limits.check_s:g} s")

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Drive one request through the app; returns when its response is complete."""
        self._sent += 1
        sent = self._sent
        warnings.filters[:] = self._filters  # type: ignore[index]  # pytest has put its own back
        exchange = AsgiExchange(request, await request.aread(), self.desk, self._waiter.wake)
        state = self._lifespan.state if self._lifespan else {}
        task = asyncio.run_coroutine_threadsafe(exchange.run(self._app, state), self._loop)
        task.add_done_callback(lambda _: self._waiter.wake())
        if not await self._patient(lambda: exchange.over(task), self._limits.request_s):
            raise NoAnswer(f"no answer within {self._limits.request_s:g} s")
        response = exchange.response()
        await why_500(response, self.desk, sent, self._waiter)
        return response

    async def stop(self) -> None:
        """End the lifespan and the loop; what a stuck app still holds dies with the process."""
        self.desk.timeline.on_append = None
        self.desk.release()  # a thread that is held for ever would keep the test run from ending
        await self.client.aclose()
        if not self._thread.is_alive():
            return
        with contextlib.suppress(AppStopped):
            await self._run(self._close(), 1.0, "stop")
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join, 1.0)
        if not self._thread.is_alive():
            self._loop.close()

    async def _close(self) -> None:
        if self._lifespan is not None:
            await self._lifespan.shutdown()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._loop.shutdown_default_executor()

    async def _run(self, work: Coroutine[Any, Any, None], seconds: float, verb: str) -> None:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        future.add_done_callback(lambda _: self._waiter.wake())
        if not await self._patient(future.done, seconds):
            raise AppStopped(f"the app did not {verb} within {seconds:g} s")
        future.result()

    async def _patient(self, condition: Callable[[], bool], seconds: float) -> bool:
        """`Waiter.until`, with a deadline that stands still while a debugger has the floor."""
        left = seconds
        while left > 0:
            began = time.monotonic()
            if await self._waiter.until(condition, min(left, 0.5)):
                return True
            if not self._debugging.active:
                left -= min(time.monotonic() - began, 0.6)
        return condition()


class _Transport(httpx.AsyncBaseTransport):
    """httpx's seam, as in the sandboxed app."""

    def __init__(self, app: InProcessApp) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._app.send(request)


def pillow_settings() -> tuple[Any, Any]:
    """What an app may set for its whole process, and the next app must not find."""
    return Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES


class InProcessServer:
    """Serves apps beside the test, a fresh one for each."""

    def __init__(self, limits: Limits, debugging: Debugging) -> None:
        self._limits = limits
        self._debugging = debugging

    @asynccontextmanager
    async def serve(self, file: str, module: str) -> AsyncIterator[InProcessApp]:
        """A fresh app, ready to answer. Raises AppStopped when it does not start."""
        await asyncio.to_thread(warm.once)
        clock.install()
        settings = pillow_settings()
        app = InProcessApp(Desk(), self._limits, self._debugging)
        try:
            await app.start(file, module)
            yield app
        finally:
            await app.stop()
            serve.uninstall()
            clock.uninstall()
            Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = settings

    def close(self) -> None:
        """Nothing is left over."""
