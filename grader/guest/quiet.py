"""Wait until the app has nothing left to do at once: the loop is idle and so are its threads.

The gate (see gate.py) uses this to give work on a thread or in `asyncio.create_task` every chance
to run before the response starts. It only tunes waiting; the order on the timeline decides.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from types import FrameType

from .channel import real_async_sleep, waiting_threads

POLL_SECONDS = 0.001
QUIET_POLLS = 3
MAX_POLLS = 250
_IDLE = {
    ("threading.py", "wait"),
    ("threading.py", "join"),
    ("threading.py", "_wait_for_tstate_lock"),
    ("thread.py", "_worker"),  # concurrent.futures, between two work items
    ("selectors.py", "select"),
}


async def quiet(ignored_threads: frozenset[int], max_polls: int = MAX_POLLS) -> None:
    """Return after QUIET_POLLS polls in a row found nothing running, or after `max_polls`."""
    calm = 0
    for _ in range(max_polls):
        await real_async_sleep(POLL_SECONDS)
        calm = calm + 1 if _is_calm(ignored_threads) else 0
        if calm >= QUIET_POLLS:
            return


def running_threads() -> frozenset[int]:
    """The threads that exist now; taken before the app is loaded, they are not the app's."""
    return frozenset(sys._current_frames())


def _is_calm(ignored_threads: frozenset[int]) -> bool:
    ready = getattr(asyncio.get_running_loop(), "_ready", ())  # absent on other loops: timed only
    if len(ready) > 0:
        return False
    ignored = ignored_threads | waiting_threads | {threading.get_ident()}
    frames = sys._current_frames()
    return all(ident in ignored or _idle(frame) for ident, frame in frames.items())


def _idle(frame: FrameType) -> bool:
    code = frame.f_code
    return (code.co_filename.rsplit("/", 1)[-1], code.co_name) in _IDLE
