"""A student's text gives no commands to a CI, whatever blanks stand before them."""

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
