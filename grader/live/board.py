"""What the page shows: the state of the app, and a card for each request, newest first."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Any

from grader.drawing.markup import Markup
from grader.live.card import card, state

MAX_CARDS = 50
PING_SECONDS = 15
Key = tuple[int, int]  # which start of the app, which request of it
STATE: Key = (0, 0)


class Board:
    """Fed by the supervisor, read by every open page; lives on one event loop.

    `again` is what to type to serve once more.
    """

    def __init__(self, name: str, again: str) -> None:
        self._name = name
        self._again = again
        self._start = 0
        self._state = ("starting", "", "")
        self._events: OrderedDict[Key, list[dict[str, Any]]] = OrderedDict()
        self._pages: set[_Page] = set()
        self._closed = False

    def starting(self) -> int:
        """A new process of the app begins; returns its number, to be named in `hear`."""
        self._start += 1
        self._set("starting")
        return self._start

    def hear(self, start: int, message: dict[str, Any]) -> None:
        """Take what a process of the app says; an older one may still finish its requests."""
        said = message.get("say")
        if said == "event":
            self._add((start, int(message["request"])), message["event"])
        elif start == self._start and said == "app.ready":
            self._set("running")
        elif start == self._start and said == "app.failed":
            self._set("failed", str(message["text"]), str(message["traceback"]))

    def ended(self, start: int, status: int | None) -> None:
        """The process is gone without having been asked to."""
        if start == self._start and self._state[0] != "failed":
            text = f"your app's process ended (status {status}); save app.py to start it again"
            self._set("failed", text)

    def close(self) -> None:
        """End the streams of all pages, which say that it was meant to be."""
        self._set("over", self._again)
        self._closed = True
        for page in self._pages:
            page.wake.set()

    def _set(self, name: str, text: str = "", traceback: str = "") -> None:
        self._state = (name, text, traceback)
        self._changed(STATE)

    def _add(self, key: Key, event: dict[str, Any]) -> None:
        self._events.setdefault(key, []).append(event)
        while len(self._events) > MAX_CARDS:
            self._events.popitem(last=False)
        self._changed(key)

    def _changed(self, key: Key) -> None:
        for page in self._pages:
            page.changed[key] = None
            page.wake.set()

    async def updates(self) -> AsyncIterator[tuple[str, dict[str, str]]]:
        """First everything, then each change: (name of the event, its data)."""
        page = _Page()
        self._pages.add(page)
        try:
            cards = Markup("".join(self._card(key) for key in reversed(self._events)))
            yield "everything", {"state": self._state_markup(), "cards": cards}
            while not self._closed:
                try:
                    await asyncio.wait_for(page.wake.wait(), PING_SECONDS)
                except TimeoutError:
                    yield "ping", {}  # a page that is gone is noticed when it is written to
                    continue
                await asyncio.sleep(0.03)  # several events of one moment are one change
                page.wake.clear()
                changed, page.changed = page.changed, {}
                for key in changed:
                    if key == STATE:
                        yield "state", {"state": self._state_markup()}
                    elif key in self._events:
                        yield "card", {"id": _id(key), "card": self._card(key)}
            yield "over", {"state": self._state_markup()}
        finally:
            self._pages.discard(page)

    def _state_markup(self) -> Markup:
        return state(self._name, *self._state)

    def _card(self, key: Key) -> Markup:
        return card(_id(key), self._events[key])


class _Page:
    def __init__(self) -> None:
        self.changed: dict[Key, None] = {}
        self.wake = asyncio.Event()


def _id(key: Key) -> str:
    return f"request-{key[0]}-{key[1]}"
