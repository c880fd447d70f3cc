"""The word beside each mark: where it stands, how much of it, and how wide a picture it asks for.

Drawn without a browser, so letters are measured by a table: that of the widest font a reader is
likely to have, for what is too narrow elsewhere does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from grader.drawing.lanes import Mark

NARROW, THIN, SMALL, LARGE, WIDE = 3.0, 4.2, 6.4, 7.9, 10.2
WIDTHS = {
    **dict.fromkeys("ijlI|'`", NARROW),
    **dict.fromkeys("frt.,:;!/\\()[]- ", THIN),
    **dict.fromkeys("mw@%WM…", WIDE),
}
AWAY, AWAY_RINGED, APART = 14, 18, 3  # from the middle of a mark; between a word and the next thing
MIN_LETTERS = 6
Side = Literal["right", "left", "over"]


@dataclass(frozen=True, slots=True)
class Label:
    """A word at (x, the lane's y); `side` is the side of its mark on which it stands."""

    words: str
    x: float
    lane: str
    side: Side


def measure(words: str) -> float:
    """About how wide the words are at 10 px, rather too much than too little."""
    return sum(_letter(char) for char in words)


def _letter(char: str) -> float:
    if char in WIDTHS:
        return WIDTHS[char]
    if char > "\u024f":
        return WIDE
    return LARGE if char.isupper() or not char.isalnum() else SMALL


def fit(words: str, room: float) -> str:
    """As many of the letters as there is room for; an ellipsis stands for the rest."""
    if measure(words) <= room:
        return words
    kept = words
    while kept and measure(kept) + WIDE > room:
        kept = kept[:-1]
    return f"{kept}…"


def labels(marks: Sequence[Mark], xs: Sequence[float], start: float) -> Iterator[Label]:
    """Words right of their marks, up to the next one; else left, back to what stands there.

    Args:
        start: where the lanes begin, right of their names.
    """
    by_lane = sorted(zip(marks, xs, strict=True), key=lambda one: one[0].lane)
    for _, found in groupby(by_lane, key=lambda one: one[0].lane):
        yield from _in_lane(list(found), start)


def _in_lane(found: list[tuple[Mark, float]], start: float) -> Iterator[Label]:
    taken = over = start
    for i, (mark, x) in enumerate(found):
        following = found[i + 1] if i + 1 < len(found) else None
        end = following[1] - _away(following[0]) - APART if following else float("inf")
        label = _over(mark, x, over) if mark.ghost else _beside(mark, x, (taken + APART, end))
        taken = x + _away(mark)
        if label is not None:
            yield label
            taken = max(taken, _end(label) if label.side == "right" else 0)
            over = _end(label) if label.side == "over" else over


def _over(mark: Mark, x: float, free: float) -> Label | None:
    """Beside a ghost there may be no room, and it must be read; one word for a few in a row."""
    return Label(mark.label, x, mark.lane, "over") if x - measure(mark.label) / 2 >= free else None


def _words(mark: Mark) -> str:
    return f"×{mark.count}" if mark.count > 1 else mark.label


def _shorter(words: str, room: float) -> str:
    """Of `reports: done` the status says more than the table, where one has to go."""
    return words if measure(words) <= room else words.rpartition(": ")[2]


def _away(mark: Mark) -> float:
    return AWAY_RINGED if mark.offending else AWAY


def _beside(mark: Mark, x: float, free: tuple[float, float]) -> Label | None:
    away = _away(mark)
    left, right = x - away - free[0], free[1] - x - away
    words = _shorter(_words(mark), max(left, right))
    need = measure(words)
    to_the_right = right >= need or (left < need and right >= left)
    room = right if to_the_right else left
    if not words or room < min(need, measure("n" * MIN_LETTERS)):
        return None
    if to_the_right:
        return Label(fit(words, room), x + away, mark.lane, "right")
    return Label(fit(words, room), x - away, mark.lane, "left")


def _end(label: Label) -> float:
    part = {"right": 1.0, "over": 0.5, "left": 0.0}[label.side]
    return label.x + measure(label.words) * part


def right_end(found: Sequence[Label]) -> float:
    """How far to the right the words reach."""
    return max((_end(label) for label in found), default=0.0)
