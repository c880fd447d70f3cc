"""Virtual time: a sleep inside a request takes no time, but moves the clock and is reported.

freezegun shifts `datetime` and `time`; the clock keeps ticking, so that code which polls it or
really waits (an Event, a subprocess) still comes to an end. Sleeps of zero (checkpoints inside
FastAPI and anyio) and sleeps outside a request (uvicorn's own loop) stay real and unreported, but
for those of the code that an exercise gives: `build_report` may run in a worker of the app's.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import functools
import math
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from .channel import POLL_SECONDS, real_async_sleep, real_sleep
from .quiet import busy, pausing
from .state import RequestState, current

real_datetime = datetime.datetime
NAP_SECONDS, MAX_NAP_SECONDS = 0.05, 0.4  # slept for real while others work, see _while_others_work
_factory: Any = None
_freezer: Any = None
_lock = threading.Lock()
_outside: tuple[Any, str] | None = None


def sleep(seconds: float) -> None:
    """Stands for `time.sleep`."""
    state, given = current.get(), _given_code(sys._getframe(1).f_globals)
    channel = state.channel if state is not None else given
    if channel is None or not seconds > 0 or not channel.reaches:
        real_sleep(seconds)
        return
    ident = threading.get_ident()
    pausing.add(ident)  # for those who wait for others to rest
    try:
        told = {"given": True} if given is not None else {}
        if state is not None:
            for _ in _while_others_work(state, seconds):
                real_sleep(POLL_SECONDS)
        with _asleep(state) as beside:
            until = time.monotonic() + seconds
            told |= beside | {"blocking": on_event_loop()}
            channel.call("clock.sleep", seconds=float(seconds), **told)
            _advance_to(until)
    finally:
        pausing.discard(ident)


def _while_others_work(state: RequestState, seconds: float) -> Iterator[None]:
    """Once for each POLL_SECONDS to sleep for real first, never longer than the app would.

    Who polls, `while worker.is_alive(): sleep(0.1)`, would else sleep for minutes before the worker
    has had a millisecond, or while a call of the worker's is held. It is longer each time, if the
    request does nothing but sleep: a pause between two attempts is soon over, also beside a process
    that is always there.
    """
    state.naps += 1
    nap = min(seconds, NAP_SECONDS * state.naps, MAX_NAP_SECONDS)
    for _ in range(int(nap / POLL_SECONDS)):
        if not _others_work(state):
            return
        yield


def _others_work(state: RequestState) -> bool:
    return bool(state.unanswered) or busy(state)


@contextlib.contextmanager
def _asleep(state: RequestState | None) -> Iterator[dict[str, bool]]:
    """What to tell of a sleep: that it is beside other work, or another sleep, of the same request.

    A heartbeat, or who polls a worker: the request does not wait longer because of it.
    """
    if state is None:
        yield {}
        return
    one = object()
    beside = bool(state.sleeping) or _others_work(state)
    state.sleeping.add(one)
    try:
        yield {"beside": True} if beside else {}
    finally:
        state.sleeping.discard(one)


def report_given_code(channel: Any, module: str) -> None:
    """Report by `channel` what given code sleeps outside a request; `module` is the student's."""
    global _outside
    _outside = channel and (channel, module)


def _given_code(caller: dict[str, Any]) -> Any:
    """The channel, where the module that sleeps is one that the exercise brought along."""
    name = str(caller.get("__name__"))
    if _outside is None or name == _outside[1] or not name.startswith("exercises."):
        return None
    return _outside[0]


async def async_sleep(delay: float, result: Any = None) -> Any:
    """Stands for `asyncio.sleep`."""
    state = current.get()
    if state is None or not 0 < delay < math.inf:  # for ever: until a timeout ends it
        return await real_async_sleep(delay, result)
    for _ in _while_others_work(state, delay):
        await real_async_sleep(POLL_SECONDS)
    with _asleep(state) as beside:
        until = time.monotonic() + delay
        told = {"blocking": False, **beside}
        await state.channel.call_async("clock.sleep", seconds=float(delay), **told)
        _advance_to(until)
    return await real_async_sleep(0, result)


async_sleep.__name__ = async_sleep.__qualname__ = "sleep"  # "coroutine 'sleep' was never awaited"


def on_event_loop() -> bool:
    """True when this thread runs the server's event loop: waiting here stops the whole server.

    A loop that the app runs in a thread of its own is nobody else's.
    """
    running, state = asyncio._get_running_loop(), current.get()
    return running is not None and (state is None or running is state.loop)


def _advance_to(moment: float) -> None:
    """Move the clock of this process forward; who slept meanwhile has moved it some of the way."""
    if _factory is None:
        return
    with _lock:  # not factory.tick(): with tick=True it forgets the real time that has passed
        ahead = max(0.0, moment - time.monotonic())
        _factory.time_to_freeze += datetime.timedelta(seconds=ahead)


def install() -> None:
    """Start virtual time for this process, unless it goes already."""
    global _factory, _freezer
    if _factory is not None:
        return
    import freezegun

    _prepare()
    # What measures the test run itself must see real time.
    ignore = ["_pytest", "pluggy", "pytest_asyncio", "xdist", "execnet"]
    ignore += [f"grader.{name}" for name in ("serving", "fakes", "plugin", "checks", "student")]
    _freezer = freezegun.freeze_time(
        real_datetime.now(datetime.UTC), tick=True, real_asyncio=True, ignore=ignore
    )
    _factory = _freezer.start()
    # freezegun has given loops the real time, and puts back what was there when it stops.
    loop = asyncio.new_event_loop()
    loop.close()
    type(loop).time = _loop_time  # type: ignore[method-assign, assignment]


def _loop_time(_loop: asyncio.AbstractEventLoop) -> float:
    """Stands for `loop.time()`: virtual, as `time.monotonic()` is, and so are the loop's timers."""
    return time.monotonic()


@functools.cache
def _prepare() -> None:
    """What stays when virtual time ends, because it does nothing outside of a request."""
    import freezegun.api

    # Whoever asks for the time decides, not who called them: else the same wait, measured at two
    # depths of calls, or below a thread, would be told two different times.
    freezegun.api.call_stack_inspection_limit = 1
    _teach_pydantic()
    replace_everywhere({real_sleep: sleep, real_async_sleep: async_sleep})


def uninstall() -> None:
    """End virtual time: whatever else runs in this process sees the real one again."""
    global _factory
    if _factory is not None:
        _freezer.stop()
        _factory = None


def _teach_pydantic() -> None:
    """Let models name the frozen `date` and `datetime`, as they would the real ones."""
    from freezegun import api
    from pydantic_core import core_schema

    for fake, schema in (
        (api.FakeDate, core_schema.date_schema),
        (api.FakeDatetime, core_schema.datetime_schema),
    ):
        fake.__get_pydantic_core_schema__ = lambda *_, make=schema: make()  # type: ignore[attr-defined]


def replace_everywhere(replacements: dict[Any, Any]) -> None:
    """Rebind functions in every loaded module that holds them (`from time import sleep`)."""
    by_id = {id(old): new for old, new in replacements.items()}
    for name, module in list(sys.modules.items()):
        if module is None or name.startswith((__package__ or "guest", "_pytest")):
            continue
        for key, value in list(getattr(module, "__dict__", {}).items()):
            if id(value) in by_id:
                setattr(module, key, by_id[id(value)])
