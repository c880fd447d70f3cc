"""Hostile text: speak to the terminal, the page, or the CI that shows the report."""

from __future__ import annotations

from tests.hostile.case import Case, at_import, in_handler

TEXTS = r"""
EVIL = ("\x1b[2J\x1b[31m\x1b]0;owned\x07", "\u202e\u2066gnp.exe\u2069", "<script>alert(1)</script>",
        "::set-output name=points::100", "   ::stop-commands::x", "::add-mask::25", "##[error]x",
        "##vso[task.complete]x", "\r::error::x", "\u2028::error::x", "\x85::error::x", "\x0c::error::x",
        "\u00a0::error::x", "\u3000\u2003 ::error::x", "\u1680\u202f::error::x", "\ufeff::error::x",
        "| [x](javascript:alert(1)) |", "```\n# 25 of 25 points\n", "25 of 25 points\n", "\ud800",
        "\x00", "z" + "\u0300" * 2000, "&amp;\"'>", "a" * 100_000)
"""
SAY = TEXTS + r"""
import sys
for text in EVIL:
    sys.stdout.write(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "\n")
"""
RAISE = TEXTS + r"""
class Bad(Exception): pass
Bad.__name__ = Bad.__qualname__ = "\x1b[2J::error::"
raise Bad("\n".join(EVIL))
"""
SEND = TEXTS + r"""
from exercises.services import get_mailer, get_storage
for text in EVIL:
    for act in (lambda: get_mailer().send(text, text, text), lambda: get_storage().audit(text, **{text: text}),
                lambda: get_storage().insert(text, **{text: text}),
                lambda: get_storage().insert("t", status=text),
                lambda: get_storage().save_file(text, b"x")):
        try:
            act()
        except Exception:
            pass
"""

CASES = [
    Case("print_at_import", "escapes and commands on the console", at_import(SAY), "your app printed", command=True),
    Case("print_in_handler", "escapes and commands on the console", in_handler(SAY), "your app printed"),
    Case("raise_at_import", "the same in an exception", at_import(RAISE), "cannot be imported", command=True),
    Case("raise_in_handler", "the same in an exception", in_handler(RAISE), "raised", command=True),
    Case("services_at_import", "the same in subjects, tables and names", at_import(SEND), ""),
    Case("services_in_handler", "the same in subjects, tables and names", in_handler(SEND), "", command=True),
    Case("lone_bytes", "bytes that are no text",
         in_handler("import os; os.write(1, bytes(range(256)) * 8)"), "your app printed"),
    Case("coding_line", "a file in another encoding",
         "# -*- coding: rot13 -*-\nvzcbeg bf\n", "imported|syntax"),
]  # fmt: skip
