"""What a value costs the grader that keeps it: an empty list is two characters and 64 bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VALUE = 64  # bytes, about, of a container, of a value, of a key


def values(value: Any) -> int:
    """How many containers, values and keys it is made of, without recursion."""
    count, level = 0, [value]
    while level:
        count += len(level)
        inner: list[Any] = []
        for item in level:
            if isinstance(item, Mapping):
                count += len(item)
                inner += item.values()
            elif isinstance(item, list):
                inner += item
        level = inner
    return count


def weight(value: Any, text: str, free: int = 0) -> int:
    """About the bytes it takes: `text` is the value written down; `free` values cost no more."""
    return len(text) + VALUE * max(0, values(value) - free)
