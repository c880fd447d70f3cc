"""What happened, in true order: `Event`s on one `Timeline`, and the picture of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

EventKind = Literal[
    "request.received",
    "response.held",  # the app handed its response over; the gate has not let it through yet
    "response.started",
    "response.sent",
    "mail.sent",
    "mail.refused",
    "file.saved",
    "file.refused",
    "row.inserted",
    "row.updated",
    "audit.recorded",
    "http.attempted",
    "clock.slept",
    "image.decoded",  # more pixels than exercise 3 allows
    "endpoint.raised",
    "task.raised",
    "request.finished",
]
KINDS: frozenset[str] = frozenset(get_args(EventKind))
MAX_EVENTS = 5_000
MAX_LABEL = 120  # characters of one event in a picture; an app chooses some of them


class UnknownKind(Exception):
    """A suite or a fake named an event that does not exist: a typo, never an absent event."""


@dataclass(frozen=True, slots=True)
class Event:
    """One observation: `kind` is a past fact, `at_s` virtual seconds since the app was started."""

    kind: str
    at_s: float = 0.0
    detail: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.kind


class Timeline:
    """Events in the order in which the grader saw them; only ever appended to.

    Appending is safe from any thread. `on_append`, when set, is called after each event, in the
    appending thread: a test that waits for an event is woken by it. `overflowed`: events were lost,
    and what is not on it may have happened. `on_own_threads`: the places of events that
    came, as the app says, from a thread that it started. The first request clears the timeline:
    what an app did before, while it was imported say, is no answer to it.
    """

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._lock = threading.Lock()
        self.overflowed = False
        self.on_own_threads: set[int] = set()
        self._asked = False
        self.on_append: Callable[[], None] | None = None

    def append(self, kind: str, at_s: float = 0.0, **detail: Any) -> Event:
        """Add one event. Raises UnknownKind for a kind outside the closed set."""
        event = Event(known(kind), at_s, detail)
        with self._lock:
            if kind == "request.received" and not self._asked:
                self._asked = True
                self._events.clear()
                self.on_own_threads.clear()
            if len(self._events) < MAX_EVENTS:
                self._events.append(event)
            else:
                self.overflowed = True
        if self.on_append:
            self.on_append()
        return event

    def __iter__(self) -> Iterator[Event]:
        return iter(tuple(self._events))

    def __len__(self) -> int:
        return len(self._events)

    def of(self, *kinds: str) -> list[Event]:
        """The events of these kinds, in order."""
        wanted = {known(kind) for kind in kinds}
        return [event for event in self if event.kind in wanted]

    def picture(self, *kinds: str) -> str:
        """One line of text: `response.started ── response.sent ── mail.sent`."""
        return picture(self.of(*kinds) if kinds else list(self))


def known(kind: str) -> str:
    """`kind` itself when it is one of KINDS. Raises UnknownKind otherwise."""
    if kind not in KINDS:
        raise UnknownKind(f"{kind!r} is not an event; the events are {', '.join(sorted(KINDS))}")
    return kind


def picture(events: list[Event], limit: int = 12) -> str:
    """Draw events as one line; runs of the same label are counted, long ones cut in the middle."""
    labels: list[list[Any]] = []
    for event in events:
        label = _label(event)
        if labels and labels[-1][0] == label:
            labels[-1][1] += 1
        else:
            labels.append([label, 1])
    words = [f"{label} ×{count}" if count > 1 else label for label, count in labels]
    if len(words) > limit:
        words = [*words[: limit // 2], "…", *words[-limit // 2 :]]
    return " ── ".join(words) if words else "nothing"


def _label(event: Event) -> str:
    detail = event.detail
    if event.kind == "clock.slept":
        return f"clock.slept {detail.get('seconds', 0):g} s"
    extra = {
        "response.started": "status",
        "audit.recorded": "action",
        "row.updated": "status",
        "http.attempted": "answer",
        "endpoint.raised": "error",
        "task.raised": "error",
    }.get(event.kind)
    if event.kind == "row.updated":
        value = detail.get("changes", {}).get("status")
    else:
        value = detail.get(extra) if extra else None
    return f"{event.kind} {value}"[:MAX_LABEL] if value not in (None, "") else event.kind
