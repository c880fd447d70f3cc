"""Relative links of a page: the file they name is there, and the heading too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def broken_links(page: Path) -> Iterator[str]:
    """What is wrong about the page, or about its links; addresses on the web are not visited."""
    if not page.is_file():
        yield "there is no such page"
        return
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        if not file.exists():
            yield f"the link {target!r} leads nowhere"
        elif anchor and file.is_file() and anchor not in _anchors(file):
            yield f"the link {target!r} names a heading that {file.name} does not have"


def _anchors(page: Path) -> set[str]:
    """The anchors that a page's headings get where it is shown: lower case, words with dashes."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.strip().lower()).replace(" ", "-") for one in headings}
