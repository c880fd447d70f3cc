"""Words that the suites share: random users and values, so that no answer can be a table."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from grader.expect import answers, exactly, never, that
from grader.timeline import Event, Timeline

RESPONSE = "response.sent"
NO_REASON = "The row has no reason: beside its status no new text in it says what went wrong."
NAMES = ("Ádám", "Björn", "Chloë", "Đorđe", "Émile", "Fátima", "Göran", "Hélène", "Iñaki", "Jürgen")


def a_user() -> dict[str, str]:
    """A name and an email that nobody can know in advance."""
    token = secrets.token_hex(4)
    return {"name": f"{secrets.choice(NAMES)} {token}", "email": f"{token}@example.com"}


def another_id(given: Any) -> str:
    """An id like `given` that nobody has: a number for a number, for an app may declare `int`."""
    if str(given).isdecimal():
        return str(int(given) + 987_654)
    return str(uuid.uuid4())


async def expect_unknown(
    client: httpx.AsyncClient, page: str, *given: Any, like: Sequence[str] = ()
) -> None:
    """404 for ids that nobody has; `page` has {} for the id, `given` are all that were given.

    `like` are more that nobody has, though somebody might mistake them for one. What is no id of
    the app's kind may be 422: that is what a parameter declared `int` answers.
    """
    because = "Nobody was given this id."
    unknown = page.format(another_id(given[0]))
    assert await client.get(unknown) == answers(404, because=because)
    numbers = ("0", "-1") if str(given[0]).isdecimal() else ()
    for odd in ("nobody", *numbers, *like):
        if odd and odd not in map(str, given):
            found = await client.get(page.format(odd))
            assert found == answers(404, 422, because=because)


def holding(*values: Any) -> Callable[[Any], bool]:
    """A row or entry in which each of `values` stands as, or within, some column's text."""

    def holds(row: Any) -> bool:
        texts = [text.lower() for text in _texts(row)]
        return all(any(str(value).lower() in text for text in texts) for value in values)

    return holds


def addressed_to(email: str) -> Callable[[Any], bool]:
    """A recipient that is this address and no other, with a name or without: `Ada <a@b.example>`.

    A name may hold a comma, so that it is not taken apart as a list of recipients would be.
    """
    form = re.compile(rf"(?:[^<>@]*<)?\s*{re.escape(email)}\s*>?", re.IGNORECASE)
    return lambda value: isinstance(value, str) and form.fullmatch(value.strip()) is not None


def changed(row: dict[str, Any] | None, timeline: Timeline, key: str) -> dict[str, Any]:
    """The columns of a row, of which `key` is one, that are not as they were when it came."""
    came = (event.detail["row"] for event in timeline.of("row.inserted"))
    before: dict[str, Any] = next(filter(holding(key), came), {})
    return {name: value for name, value in (row or {}).items() if before.get(name) != value}


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [str(value)]


def saved_or_failed(timeline: Timeline, table: str, key: str) -> Callable[[], bool]:
    """Whether the work on the file of one row, `key` in its path, has come to an end."""

    def ended(event: Event) -> bool:
        if event.kind == "row.updated":
            row = event.detail["row"]
            return (
                event.detail["table"] == table
                and row.get("status") == "failed"
                and holding(key)(row)
            )
        return event.kind == "task.raised" or key in event.detail["path"]

    return lambda: any(map(ended, timeline.of("row.updated", "task.raised", "file.saved")))


def expect_short_waiting(slept_s: float, when: str = "") -> None:
    """The page's limit on pauses; `when` says which of its cases this is."""
    because = f"Background work has to stay under 10 s of waiting{when}."
    assert slept_s == that(lambda slept: slept < 10, "less than 10 s slept", because)


def expect_one_attempt(timeline: Timeline) -> None:
    """The mail that was refused was not sent again, on this timeline."""
    again = "The mail was refused, and sent again: this exercise asks for one attempt."
    assert timeline == never("mail.sent", because=again)
    tried = bool(timeline.of("mail.refused"))
    assert timeline == exactly(1, "mail.refused", because=again if tried else None)
