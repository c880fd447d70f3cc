"""Single keys from a terminal, without Enter; the terminal is as it was before when it ends."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

POLL_SECONDS = 0.1


@contextmanager
def keys(post: Callable[[str], None]) -> Iterator[bool]:
    """While inside, `post` gets every key typed; yields False where there is no keyboard."""
    if not sys.stdin.isatty():
        yield False
        return
    over = threading.Event()
    with _unbuffered():
        reader = threading.Thread(target=_read, args=(post, over), daemon=True)
        reader.start()
        try:
            yield True
        finally:
            over.set()
            reader.join(1.0)


def _read(post: Callable[[str], None], over: threading.Event) -> None:
    while not over.is_set():
        key = _key()
        if key:
            post(key)


if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def _unbuffered() -> Iterator[None]:
        yield

    def _key() -> str:
        if msvcrt.kbhit():
            return msvcrt.getwch()
        threading.Event().wait(POLL_SECONDS)
        return ""

else:
    import os
    import select
    import termios
    import tty

    @contextmanager
    def _unbuffered() -> Iterator[None]:
        before = termios.tcgetattr(sys.stdin)
        try:
            tty.setcbreak(sys.stdin)
            yield
        finally:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)

    def _key() -> str:
        ready, _, _ = select.select([sys.stdin], [], [], POLL_SECONDS)
        if not ready:
            return ""
        data = os.read(sys.stdin.fileno(), 1)
        if not data:  # the terminal is gone
            threading.Event().wait(POLL_SECONDS)
        return data.decode(errors="ignore")
