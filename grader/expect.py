"""Expectations as values: a suite writes `assert timeline == in_order(...)`.

A comparison that fails leaves a `Mismatch` behind, with expected and observed in the same words;
the plugin turns it into the message that a student reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from grader.timeline import Event, Timeline, known, picture

RAISED = ("endpoint.raised", "task.raised")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why a comparison failed: two lines in the same words, and a sentence of cause or None."""

    expected: str
    observed: str
    because: str | None
    kinds: tuple[str, ...] = ()
    wanted: tuple[Pattern, ...] = ()
    most: tuple[Pattern, int] | None = None  # such an event, and how often at most
    difference: str | None = None  # what is another, where a suite has no sentence of its own
    answered_500: bool = False  # then what the endpoint raised says more than any sentence
    not_refused: bool = False  # it should have been; what a task raised later is not why


class _Last:
    """The mismatch of the newest failed comparison, in whatever context the test ran."""

    value: Mismatch | None = None


last_mismatch = _Last()


@dataclass(frozen=True, slots=True)
class Pattern:
    """An event of this kind whose detail has these values; a callable is asked about its value."""

    kind: str
    detail: Mapping[str, Any]
    words: str

    def matches(self, event: Event) -> bool:
        """Whether this is such an event."""
        return event.kind == self.kind and all(self._agreeing(event))

    def agreements(self, event: Event) -> int:
        """How many of the details asked for the event has."""
        return sum(self._agreeing(event))

    def _agreeing(self, event: Event) -> Iterator[bool]:
        return (_fits(event.detail.get(key), want) for key, want in self.detail.items())


def event(kind: str, words: str = "", /, **detail: Any) -> Pattern:
    """An event of `kind`; `words` says in the picture what is special about it."""
    return Pattern(known(kind), detail, f"{kind} {words}".strip())


def _fits(value: Any, want: Any) -> bool:
    if callable(want):
        return bool(want(value))
    return type(value) is type(want) and bool(value == want)


def containing(*parts: str) -> Callable[[Any], bool]:
    """A text in which each of `parts` occurs, letter case ignored."""
    return lambda value: (
        isinstance(value, str) and all(part.lower() in value.lower() for part in parts)
    )


def including(**entries: Any) -> Callable[[Any], bool]:
    """A dictionary that has at least these entries."""
    return lambda value: (
        isinstance(value, dict) and all(_fits(value.get(k), want) for k, want in entries.items())
    )


class Expectation:
    """Compare with `==`; a subclass says what matches and how to put it in words."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, because: str | None) -> None:
        self.because = because

    def matches(self, actual: Any) -> bool:
        """Whether `actual` is as expected."""
        raise NotImplementedError

    def mismatch(self, actual: Any) -> Mismatch:
        """What to say when it is not."""
        raise NotImplementedError

    def __eq__(self, actual: object) -> bool:
        if self.matches(actual):
            return True
        last_mismatch.value = self.mismatch(actual)
        return False


class _Order(Expectation):
    def __init__(self, patterns: tuple[Pattern | str, ...], because: str | None) -> None:
        super().__init__(because)
        self.patterns = tuple(event(p) if isinstance(p, str) else p for p in patterns)

    def matches(self, actual: Timeline) -> bool:
        """Each pattern matches an event after the one before it."""
        events = iter(actual)
        return all(any(pattern.matches(e) for e in events) for pattern in self.patterns)

    def mismatch(self, actual: Timeline) -> Mismatch:
        kinds = tuple(dict.fromkeys(pattern.kind for pattern in self.patterns))
        observed = actual.picture(*kinds, *(kind for kind in RAISED if kind not in kinds))
        expected = " ── ".join(pattern.words for pattern in self.patterns)
        return Mismatch(expected, observed, self.because, kinds, self.patterns)

    def __repr__(self) -> str:
        return " ── ".join(pattern.words for pattern in self.patterns)


def in_order(*patterns: Pattern | str, because: str | None = None) -> _Order:
    """A timeline on which these happen in this order; other events may stand between."""
    return _Order(patterns, because)


class _Count(Expectation):
    def __init__(self, count: int, pattern: Pattern | str, because: str | None) -> None:
        super().__init__(because)
        self.count = count
        self.pattern = event(pattern) if isinstance(pattern, str) else pattern

    def matches(self, actual: Timeline) -> bool:
        """As many events match as were asked for."""
        return sum(map(self.pattern.matches, actual)) == self.count

    def mismatch(self, actual: Timeline) -> Mismatch:
        kind = self.pattern.kind
        observed = actual.picture(kind, *(raised for raised in RAISED if raised != kind))
        expected = "nothing" if self.count == 0 else f"{self.pattern.words} ×{self.count}"
        if self.count == 0:
            expected = f"no {self.pattern.words}"
        if self.count == 1:
            expected = f"{self.pattern.words}, once"
        wanted = (self.pattern,) if self.count else ()
        most = (self.pattern, self.count)
        return Mismatch(expected, observed, self.because, (kind,), wanted, most)

    def __repr__(self) -> str:
        return f"{self.count} × {self.pattern.words}"


def exactly(count: int, pattern: Pattern | str, because: str | None = None) -> _Count:
    """A timeline on which this happens `count` times."""
    return _Count(count, pattern, because)


def never(pattern: Pattern | str, because: str | None = None) -> _Count:
    """A timeline on which this does not happen."""
    return _Count(0, pattern, because)


class _Answer(Expectation):
    def __init__(self, statuses: tuple[int, ...], body: dict[str, Any], because: str | None):
        super().__init__(because)
        self.statuses, self.body = statuses, body

    def matches(self, actual: httpx.Response) -> bool:
        """Status and the named fields of the JSON body are as expected, types included."""
        if actual.status_code not in self.statuses:
            return False
        return not self.body or including(**self.body)(_json(actual))

    def mismatch(self, actual: httpx.Response) -> Mismatch:
        fields = ", ".join(f'"{name}": {_words(want)}' for name, want in self.body.items())
        status = " or ".join(map(str, self.statuses))
        expected = f"status {status}" + (f" with {{{fields}}}" if fields else "")
        observed = f"status {actual.status_code} with {short(actual.text) or 'an empty body'}"
        body = _json(actual) if actual.status_code in self.statuses else None
        lacks = isinstance(body, dict) and not self.body.keys() <= body.keys()
        kinds = {code // 100 for code in self.statuses}
        other_code = actual.status_code not in self.statuses and actual.status_code // 100 in kinds
        return Mismatch(
            expected,
            observed,
            None if lacks or other_code else self.because,
            difference=self._difference(actual),
            answered_500=actual.status_code == 500,
            not_refused=min(self.statuses) >= 400 > actual.status_code,
        )

    def _difference(self, actual: httpx.Response) -> str:
        """What is another in the answer than on the page."""
        if actual.status_code not in self.statuses:
            wanted = " or ".join(map(str, self.statuses))
            return f"Your app answered {actual.status_code} where the page asks for {wanted}."
        body = _json(actual)
        if not isinstance(body, dict):
            return "The body of the answer is not a JSON object."
        missing = [f"`{name}`" for name in self.body if name not in body]
        if missing:
            return f"The answer lacks {' and '.join(missing)}."
        other = [
            f"`{name}` is {short(_words(body[name]), 60)}"
            + ("" if callable(want) else f" instead of {_words(want)}")
            for name, want in self.body.items()
            if not _fits(body[name], want)
        ]
        return f"In the answer {' and '.join(other)}; that is not what the page asks for."

    def __repr__(self) -> str:
        return f"status {self.statuses} {self.body}"


def answers(*statuses: int, because: str | None = None, **body: Any) -> _Answer:
    """A response with one of these statuses, whose JSON body has at least these fields."""
    return _Answer(statuses, body, because)


class _That(Expectation):
    def __init__(self, want: Any, words: str, because: str | None) -> None:
        super().__init__(because)
        self.want, self.words = want, words

    def matches(self, actual: Any) -> bool:
        """The value fits."""
        return _fits(actual, self.want)

    def mismatch(self, actual: Any) -> Mismatch:
        number = round(actual, 3) if isinstance(actual, float) else actual
        observed = picture(actual) if _are_events(actual) else short(repr(number))
        if isinstance(actual, str) and self.words == self.want:  # then the expected has no quotes
            observed = short(actual) or "nothing"
        difference = f"The page asks for {self.words}, and this is something else."
        return Mismatch(self.words, observed, self.because, difference=difference)

    def __repr__(self) -> str:
        return self.words


def that(want: Any, words: str, because: str | None = None) -> _That:
    """Any value: equal to `want` in type and value, or accepted by it when it is callable."""
    return _That(want, words, because)


def _are_events(actual: Any) -> bool:
    return isinstance(actual, list) and bool(actual) and isinstance(actual[0], Event)


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _words(want: Any) -> str:
    return "…" if callable(want) else json.dumps(want, ensure_ascii=False, default=repr)


def code(words: str) -> str:
    """Words as code; in quotation marks where there is code among them already."""
    return f"“{words}”" if "`" in words else f"`{words}`"


def short(text: str, limit: int = 160) -> str:
    """Text cut for one line of a message."""
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[:limit]}…"
