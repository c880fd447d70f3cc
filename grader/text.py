"""Student text is data: made visible and harmless before it reaches a terminal or a log."""

from __future__ import annotations

import re
import unicodedata

KEPT = "\n\t"
# What draws nothing, though Unicode calls it printable: fillers, joiners, selectors, a blank of
# Braille. https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
)
MAX_MARKS = 4  # accents on one letter; a tower of them is drawn over the lines above
COMMAND = re.compile(r"^([^\S\n]*):(?=:)|#(?=#[A-Za-z]*\[)", re.MULTILINE)  # any blanks
MAX_LINE, MAX_LINES = 1_000, 80


def visible(text: str) -> str:
    """`text` with every control, bidi, unpaired or unseen character written as an escape.

    Of the blanks only the plain one stays: `'a b'` and `'a\\xa0b'` have to look different.
    The first character of what a CI takes for a command is escaped too, see `no_command`.
    """
    marks, shown = 0, []
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        seen = char.isprintable() and char not in BLANK and marks <= MAX_MARKS
        shown.append(char if seen or char in KEPT else _escape(char))
    return no_command("".join(shown))


def no_command(text: str) -> str:
    """`text` without what a CI takes for a command: `::error::` at the start of a line and
    `##[error]` anywhere. Blanks before it do not help, of any kind: runners strip them all.
    """
    return COMMAND.sub(lambda found: f"{found[1] or ''}\\x{ord(found[0][-1]):x}", text)


def lines(text: str) -> list[str]:
    """The lines of `visible(text)`, too long ones and too many of them cut."""
    found = visible(text[: MAX_LINE * MAX_LINES]).splitlines()
    cut = [line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…" for line in found[:MAX_LINES]]
    return cut + ["…"] * (len(found) > MAX_LINES)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode()
