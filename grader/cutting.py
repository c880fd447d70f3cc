"""Events as plain values of bounded size, for a report; an ellipsis marks what was cut off."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from grader.timeline import Event

MAX_EVENTS = 200
MAX_TEXT = 500  # characters
MAX_EVENT, MAX_ALL = 2_000, 150_000  # about the characters of their JSON
ENTRY, INDENT = 4, 2  # of one more entry: comma, colon, blanks; and before it, a level
MARK = "…"


def plain_events(events: Iterable[Event]) -> tuple[dict[str, Any], ...]:
    """The first events; one whose detail has no room keeps its kind and time."""
    found, room = [], MAX_ALL
    for event in list(events)[:MAX_EVENTS]:
        budget = _Budget(min(MAX_EVENT, room))
        detail = budget.cut(event.detail)
        room -= min(MAX_EVENT, room) - budget.left
        found.append({"at_s": event.at_s, "kind": event.kind, "detail": detail})
    return tuple(found)


class _Budget:
    def __init__(self, left: int) -> None:
        self.left = left

    def cut(self, value: Any, depth: int = 1) -> Any:
        """The value as far as it fits."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return self._entries(value, depth)
        if isinstance(value, list | tuple):
            return self._items(value, depth)
        text = str(value)
        self.left -= len(text)
        return value if len(text) <= MAX_TEXT else text[:MAX_TEXT] + MARK

    def _text(self, text: str) -> str:
        kept = text[: max(0, min(MAX_TEXT, self.left))]
        self.left -= len(json.dumps(kept))
        return kept if kept == text else kept + MARK

    def _entries(self, entries: Mapping[str, Any], depth: int) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, value in entries.items():
            if self.left <= 0:
                kept[MARK] = MARK
                break
            self.left -= ENTRY + INDENT * depth
            kept[self._text(name)] = self.cut(value, depth + 1)
        return kept

    def _items(self, items: Iterable[Any], depth: int) -> list[Any]:
        kept: list[Any] = []
        for item in items:
            if self.left <= 0:
                kept.append(MARK)
                break
            self.left -= ENTRY + INDENT * depth
            kept.append(self.cut(item, depth + 1))
        return kept
