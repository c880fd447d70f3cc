"""Student text is data: made visible and harmless before it reaches a terminal or a log."""

from __future__ import annotations

import unicodedata

KEPT = "\n\t"
DANGEROUS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, bidi and other invisible marks


def visible(text: str) -> str:
    """`text` with every control, bidi or unpaired character written as an escape."""
    return "".join(
        char if char in KEPT or unicodedata.category(char) not in DANGEROUS else _escape(char)
        for char in text
    )


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode()
