"""Put a function of ours around a library's method, once, however often this process asks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def wrap(owner: Any, name: str, around: Callable[[Any], Any]) -> None:
    """Replace the method by what `around` makes of it; in process, each check asks anew."""
    method = getattr(owner, name)
    if getattr(method, "wrapped_by_guest", False):
        return
    wrapped: Any = functools.wraps(method)(around(method))
    wrapped.wrapped_by_guest = True
    setattr(owner, name, wrapped)
