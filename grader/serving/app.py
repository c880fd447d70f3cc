"""What a suite holds in its hands, whichever way the app is served."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Protocol

import httpx

from grader.fakes.desk import Desk, nesting

MAX_NESTING = 60
TOLD_S = 0.5


class AppStopped(Exception):
    """The app gave no answer. The text is one plain line for the student."""

    def __init__(self, text: str, traceback: str = "") -> None:
        super().__init__(text)
        self.traceback = traceback


class NoAnswer(AppStopped):
    """The app runs, and did not answer in time."""


class NotJson(AppStopped, ValueError):
    """A body that a check reads as JSON, and is none."""


class Answer(httpx.Response):
    """A response whose body is a stranger's data: UTF-8 whatever it claims, and strict JSON."""

    def __init__(self, status: int, headers: Any, content: bytes) -> None:
        super().__init__(status, headers=headers, content=content)
        self.encoding = "utf-8"

    def json(self, **_: Any) -> Any:
        """The body. Raises NotJson, also for what JSON readers disagree about."""
        try:
            text = self.content.decode("utf-8-sig")  # json itself would guess UTF-16 and -32 too
            value = json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            raise NotJson("the body of the answer is not valid JSON") from None
        if nesting(value) > MAX_NESTING:
            raise NotJson("the body of the answer is nested too deeply")
        return value


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(entries := dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return entries


class Served(Protocol):
    """A running app. Everything it did is on `desk.timeline`; `output` is what it printed."""

    desk: Desk
    client: httpx.AsyncClient

    @property
    def output(self) -> str:
        """What the app printed, cut at the limit."""

    async def until(self, condition: Callable[[], bool]) -> bool:
        """Wait until the condition holds; False when the app died or the time is up."""

    async def settle(self) -> None:
        """Wait until all requests and their background work have come to an end."""

    async def stop(self) -> None:
        """End the app and everything it left running."""


class Debugging:
    """While `active` (a debugger has the floor) no deadline runs out."""

    active = False


class Waiter:
    """Wakes a coroutine when something happened, from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def wake(self) -> None:
        """Make `until` look again. Safe from any thread."""
        self._loop.call_soon_threadsafe(self._event.set)

    async def until(self, condition: Callable[[], bool], seconds: float | None) -> bool:
        """Wait until the condition holds, at most `seconds` (None: for ever)."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    self._event.clear()
                    await self._event.wait()
        except TimeoutError:
            return condition()
        return True


async def why_500(response: httpx.Response, desk: Desk, sent: int, waiter: Waiter) -> None:
    """Wait, not for long, until the app has said what it raised: that comes after its answer 500.

    `sent`: requests so far, this one included. It is for the message, never for the verdict.
    """
    if response.status_code == 500:
        told = desk.timeline.of
        await waiter.until(lambda: bool(told("endpoint.raised")) or desk.finished >= sent, TOLD_S)
