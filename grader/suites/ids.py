"""Whether ids can be guessed, told from a few of them: without luck, or so good as."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable

SHORTEST = 7  # characters that differ: 8 of a random hex, of which one happens to be the same
SHORTEST_NUMBER = 10
LONGEST_TIME = 20  # hex digits of a time in nanoseconds, with room; a UUID has 32
NARROW = (
    0.00001  # of the size of the numbers: random ones lie further apart, times and counters not
)
NEAR = 100

SAME = "Equal orders got one and the same id: each order is a job of its own."
ALIKE = "The ids follow one another: whoever knows one can guess the next. Use uuid4() or secrets."
SHORT = "Ids as short as these are found by trying. Use uuid4() or secrets.token_urlsafe()."


def why_guessable(ids: list[str]) -> str | None:
    """A sentence on ids that can be guessed, or None."""
    if len(set(ids)) < len(ids):
        return SAME
    if all(map(_from_the_time, ids)):
        return ALIKE
    seconds = [re.sub(r"(?<=\d{10})\.(\d+)", _nanoseconds, one) for one in ids]
    plain = ["".join(filter(str.isalnum, one)) for one in seconds]
    for digits, base in (("0123456789", 10), ("0123456789abcdefABCDEF", 16)):
        numbers = _numbers(plain, digits, base)
        if numbers and max(numbers) - min(numbers) <= max(NARROW * max(numbers), NEAR):
            return ALIKE
        if numbers and base == 10:
            return SHORT if len(str(max(numbers))) < SHORTEST_NUMBER else None
    return SHORT if min(map(len, _differing(ids, lambda text: text))) < SHORTEST else None


def _nanoseconds(fraction: re.Match[str]) -> str:
    """The fraction of a second, as long in each id."""
    return fraction[1].ljust(9, "0")[:9]


def _numbers(ids: list[str], digits: str, base: int) -> list[int] | None:
    """The ids as numbers, without what all have before and after; None where they are none."""
    tails = _differing(ids, lambda text: text.rstrip(digits))
    whole = all(re.fullmatch(f"[{digits}]+", tail) for tail in tails)
    if not whole or (base == 16 and max(map(len, tails)) > LONGEST_TIME):
        return None
    return [int(tail, base) for tail in tails]


def _differing(ids: list[str], common: Callable[[str], str]) -> list[str]:
    """Each id without what `common` leaves of the beginning that all share, and of the end."""
    start = len(common(_prefix(ids)))
    turned = [one[start:][::-1] for one in ids]
    end = len(common(_prefix(turned)))
    return [one[end:][::-1] for one in turned]


def _prefix(texts: list[str]) -> str:
    return os.path.commonprefix(texts)  # noqa: RUF071 - by characters is what is wanted


def _from_the_time(job_id: str) -> bool:
    try:
        return uuid.UUID(job_id).version in (1, 6)
    except ValueError:
        return False
