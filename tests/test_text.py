"""A student's text gives no commands to a CI, and hides nothing from a reader."""

from __future__ import annotations

import sys

import pytest

from grader.reporters.words import one_line
from grader.text import lines, visible

BLANKS = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isspace()] + ["\ufeff"]


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_no_line_begins_with_a_command(blank: str) -> None:
    """GitHub's runner trims all that Unicode calls a blank."""
    for text in (f"{blank}::error::x", f"a\n {blank}\t{blank}::error::x", f"{blank}\n::error::x"):
        for line in [*visible(text).split("\n"), *lines(text), one_line(text)]:
            assert not line.strip("".join(BLANKS)).startswith("::")


def test_no_old_command_anywhere() -> None:
    """Also where a blank that is taken away had stood before it."""
    for text in ("x ##[error]y", "\u3000##[group]", "###[error]", "##vso[task.complete]"):
        for line in (visible(text), one_line(text)):
            assert "##[" not in line
            assert "##vso[" not in line


UNSEEN = [
    "\xa0",
    "\u2003",
    "\u200b",
    "\u202e",
    "\u2800",
    "\u3164",
    "\uffa0",
    "\ufe0f",
    "\U000e0101",
]


@pytest.mark.parametrize("hidden", UNSEEN, ids=ascii)
def test_nothing_is_unseen(hidden: str) -> None:
    """Two texts that differ look different."""
    assert visible(f"Ada{hidden}Byron") == f"Ada{ascii(hidden)[1:-1]}Byron"


def test_letters_of_all_languages_stay() -> None:
    """What can be read is not touched."""
    for text in (
        "Zoë O'Neil",
        "Zoe\u0308 Việt".lower(),
        "李小龍",
        "محمد",
        "Ünïcödé ñ",
        "ᄒ",
        "👩 ★ ≥ 1 s",
        "a\n\tb",
    ):
        assert visible(text) == text


def test_a_tower_of_accents_is_cut() -> None:
    """It would be drawn over the lines above it."""
    assert visible("a" + "\u0301" * 6) == "a" + "\u0301" * 4 + "\\u0301" * 2
