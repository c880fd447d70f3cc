"""Tell that the app has started another program: what that does, nobody sees."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

from .state import current
from .wrapping import wrap


def watch() -> None:
    """Make `subprocess`, and asyncio with it, say so when it is used within a request."""
    wrap(subprocess.Popen, "__init__", _watched)


def _watched(start: Callable[..., None]) -> Callable[..., None]:
    def watched_start(self: Any, *args: Any, **kwargs: Any) -> None:
        start(self, *args, **kwargs)
        state = current.get()
        if state is not None and state.channel.reaches:
            state.channel.call("program.started")

    return watched_start
