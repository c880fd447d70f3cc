"""The pages of the lesson, taken apart: each fenced block says by what it is held true.

    <!-- code: tasks.py create_task write_audit -->   these definitions of that file, word for word
    <!-- picture: several tasks -->                   the timeline of that scenario, as it is drawn
    <!-- server -->                                   lines that the running server prints
    (nothing, a ```console block)                     commands and what they answer

`python -m tests.lesson.pages` writes code and pictures into the pages.
"""

from __future__ import annotations

import ast
import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LESSON = ROOT / "exercises" / "lesson"
FENCE = re.compile(
    r"(?:<!-- (?P<kind>code|picture|server)(?:: (?P<what>[^>]*?))? -->\n)?"
    r"```(?P<language>\w*)\n(?P<text>.*?)```",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block. `kind` is code, picture, server, console, or empty: held by nothing."""

    kind: str
    what: str
    text: str


def pages() -> list[Path]:
    """README.md and the numbered pages, in the order of the route."""
    return [LESSON / "README.md", *sorted(LESSON.glob("[0-9][0-9]-*.md"))]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found = FENCE.finditer(page.read_text(encoding="utf-8"))
    return [_block(match) for match in found]


def _block(match: re.Match[str]) -> Block:
    kind = match["kind"] or ("console" if match["language"] == "console" else "")
    return Block(kind, match["what"] or "", match["text"])


def source(what: str) -> str:
    """`tasks.py create_task write_audit`: those definitions, decorators included."""
    file, *names = what.split()
    text = (LESSON / file).read_text(encoding="utf-8")
    lines = text.splitlines()
    parts = []
    for name in names:
        node = _definition(ast.parse(text), name)
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
        parts.append("\n".join(lines[first - 1 : node.end_lineno]))
    return "\n\n\n".join(parts) + "\n"


def _definition(tree: ast.Module, name: str) -> ast.stmt:
    for node in tree.body:
        names = [getattr(node, "name", None)]
        names += [getattr(target, "id", None) for target in getattr(node, "targets", [])]
        if name in names:
            return node
    raise LookupError(f"no {name!r} at the top level")


def _write(pictures: dict[str, str]) -> None:
    """Bring code and pictures of every page up to date."""

    def renew(match: re.Match[str]) -> str:
        block = _block(match)
        if block.kind == "code":
            return (
                match[0].replace(match["text"], source(block.what))
                if match["text"]
                else (match[0].replace("```python\n", f"```python\n{source(block.what)}"))
            )
        if block.kind == "picture":
            head = match[0].split("```")[0]
            return f"{head}```text\n{pictures[block.what]}\n```"
        return match[0]

    for page in pages():
        page.write_text(FENCE.sub(renew, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    from tests.lesson.scenarios import draw_all

    _write(asyncio.run(draw_all()))
