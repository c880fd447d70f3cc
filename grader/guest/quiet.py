"""Wait until the app has nothing left to do at once: the loop is idle and so are its threads.

The gate (see gate.py) uses this to give work on a thread or in `asyncio.create_task` every chance
to run before the response starts. It only tunes waiting; the order on the timeline decides.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Mapping
from types import FrameType
from typing import NamedTuple

from .channel import real_async_sleep, slow_calls, waiting_threads
from .state import NOWHERE, RequestState, current

POLL_SECONDS = 0.001
CALM_TURNS = 3
MAX_POLLS = 250
TURNS_A_POLL = 20  # turns of a loop that always has something to do, for one poll of its threads
SOON_SECONDS = 0.25  # a pause as short as the hold: what comes after it, comes during the hold
STANDING_POLLS = 25  # by then a thread that was woken is elsewhere, on a busy machine too

WAKE_SLEEPER = asyncio.futures._set_result_unless_cancelled  # type: ignore[attr-defined]
SLEEP = ("clock.py", "sleep")  # who sleeps looks for work when it wakes
WAITING = (
    ("threading.py", "join"),
    ("threading.py", "_wait_for_tstate_lock"),
    ("unix_events.py", "_do_waitpid"),  # asyncio's thread for the end of a process
)
pausing: set[int] = set()  # threads that sleep: at rest for another that would sleep, and not else
_turning = 0  # calls of `quiet` that are on the loop for their next turn: no work of the app's


class Place(NamedTuple):
    """Where a thread stands: its innermost frame, and the instruction in it."""

    frame: int
    instruction: int


Places = Mapping[int, Place]


def places() -> Places:
    """Where each thread stands now, those that sleep for a while apart."""
    frames = sys._current_frames()
    return {ident: _place(one) for ident, one in frames.items() if _code(one) != SLEEP}


async def quiet(
    ignored_threads: frozenset[int], max_polls: int = MAX_POLLS, before: Places = NOWHERE
) -> None:
    """Return when nothing ran in CALM_TURNS turns of the loop in a row, or after `max_polls`.

    A thread that still stands where it stood `before`, as when the request came in, waits in a
    call that nobody can look into, such as `SimpleQueue.get`: after STANDING_POLLS it is at rest.
    What this request has put off for a moment, with `Timer(0.1, send)`, is waited for.
    """
    state = current.get()
    calm, polls = 0, 0.0
    while calm < CALM_TURNS and polls < max_polls:
        standing = before if polls >= STANDING_POLLS else NOWHERE
        if slow_calls or not _threads_rest(ignored_threads, standing) or _put_off(state):
            calm, polls = 0, polls + 1
            await real_async_sleep(POLL_SECONDS)  # off the processor, so that they can go on
            continue
        calm += 1
        if _has_work(asyncio.get_running_loop(), own=_turning):
            calm, polls = 0, polls + 1 / TURNS_A_POLL
        await _turn()


async def _turn() -> None:
    global _turning
    _turning += 1
    try:
        await real_async_sleep(0)
    finally:
        _turning -= 1


def running_threads() -> frozenset[int]:
    """The threads that exist now; taken before the app is loaded, they are not the app's."""
    return frozenset(sys._current_frames())


def _threads_rest(ignored_threads: frozenset[int], standing: Places) -> bool:
    ignored = ignored_threads | waiting_threads | {threading.get_ident()}
    return all(
        ident in ignored or _rests(frame) or standing.get(ident) == _place(frame)
        for ident, frame in sys._current_frames().items()
    )


def _put_off(state: RequestState | None) -> bool:
    """Whether this request waits for a time that is near: on its loop, or on a thread it began."""
    if state is None:
        return False
    loop = asyncio.get_running_loop()
    soon = loop.time() + SOON_SECONDS
    timers = list(getattr(loop, "_scheduled", ()))  # absent on other loops
    if any(one.when() < soon and _is_of(one, state) for one in timers):
        return True
    return bool(state.threads) and any(
        ident in state.threads and _waits_shortly(frame)
        for ident, frame in sys._current_frames().items()
    )


def _is_of(timer: asyncio.TimerHandle, state: RequestState) -> bool:
    """Whether the app set this timer while it worked on the request.

    A real `asyncio.sleep` is one of ours, which waits for the grader's answer.
    """
    if timer.cancelled() or getattr(timer, "_callback", None) is WAKE_SLEEPER:
        return False
    context = getattr(timer, "_context", None)
    return context is not None and context.get(current) is state


def _waits_shortly(frame: FrameType) -> bool:
    """In Condition.wait or in a selector, the two ways to wait for news or a time."""
    if _code(frame) not in (("threading.py", "wait"), ("selectors.py", "select")):
        return False
    timeout = frame.f_locals.get("timeout")
    return isinstance(timeout, int | float) and 0 < timeout <= SOON_SECONDS


def busy(state: RequestState) -> bool:
    """Whether something of the app's goes on while the code that asks would sleep.

    A call that is going to be answered, a thread that is not at rest, or a process of its own.
    """
    rest = state.ignored_threads | pausing
    return bool(slow_calls) or not _threads_rest(rest, state.places) or _has_children()


def _has_children() -> bool:
    """Whether a process that this one has started still runs."""
    if not hasattr(os, "waitid"):
        return False
    try:
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


def _code(frame: FrameType) -> tuple[str, str]:
    """File and function of a frame."""
    return frame.f_code.co_filename.rsplit("/", 1)[-1], frame.f_code.co_name


def _place(frame: FrameType) -> Place:
    return Place(id(frame), frame.f_lasti)


def _has_work(loop: asyncio.AbstractEventLoop, own: int = 0) -> bool:
    return len(getattr(loop, "_ready", ())) > own  # absent on other loops: they count as idle


def _rests(frame: FrameType) -> bool:
    """Whether a thread waits for others, and nothing that it waits for has happened yet."""
    place = _code(frame)
    if place == ("threading.py", "wait"):  # Condition.wait holds a lock; its release is the news
        waiter = frame.f_locals.get("waiter")
        return waiter is None or waiter.locked()
    if place == ("thread.py", "_worker"):  # concurrent.futures, between two work items
        items = frame.f_locals.get("work_queue")
        return items is None or bool(items.empty())
    if place == ("selectors.py", "select"):  # an event loop in a thread of its own
        turn = frame.f_back
        loop = turn.f_locals.get("self") if turn is not None else None
        return loop is None or not _has_work(loop)
    if place == SLEEP:  # a ThreadPool looks after its threads ten times a second
        return frame.f_back is not None and frame.f_back.f_code.co_name == "_wait_for_updates"
    return place in WAITING
