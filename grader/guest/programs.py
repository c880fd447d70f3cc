"""Tell that the app has started another program: what that does, nobody sees."""

from __future__ import annotations

import functools
import subprocess
from typing import Any

from .state import current


def watch() -> None:
    """Make `subprocess`, and asyncio with it, say so when it is used within a request."""
    if getattr(subprocess.Popen.__init__, "watched", False):
        return
    start = subprocess.Popen.__init__

    @functools.wraps(start)
    def watched_start(self: Any, *args: Any, **kwargs: Any) -> None:
        start(self, *args, **kwargs)
        state = current.get()
        if state is not None and state.channel.reaches:
            state.channel.call("program.started")

    watched_start.watched = True  # type: ignore[attr-defined]
    subprocess.Popen.__init__ = watched_start  # type: ignore[method-assign]
