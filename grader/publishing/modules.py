"""Which modules of the grader a published tree needs: what its commands import, and no more."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

GRADER = Path(__file__).parents[1]
# Of these a file may be imported by name only, or started by path; they go as a whole.
WHOLE = ("guest", "reporters", "drawing", "student")
NEVER = ("publishing", "template")
# What a student types. Other commands are the instructor's, and are not even listed there.
COMMANDS = ("doctor", "explain", "grade", "hint", "report", "reset", "serve", "status", "watch")
ROOTS = ("__init__.py", "__main__.py", "cli.py", "plugin.py", "report_option.py", "suites")


def needed(extra: Iterable[Path] = ()) -> list[Path]:
    """Files of grader/ that student commands and the pytest plugin need, by name.

    Args:
        extra: further files to begin from, such as hidden suites.
    """
    found: set[Path] = set()
    waiting = [*_roots(), *extra]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path)
    return sorted(found | set(_data(found)))


def _roots() -> Iterator[Path]:
    for name in ROOTS:
        path = GRADER / name
        yield path / "__init__.py" if path.is_dir() else path
    for name in COMMANDS:
        path = GRADER / "commands" / f"{name}.py"
        if path.exists():
            yield path
    for name in WHOLE:
        yield from (GRADER / name).rglob("*.py")


def _imported(path: Path) -> Iterator[Path]:
    """The modules of the grader that this one imports, and the packages they are in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            yield from _files(name)


def _files(name: str) -> Iterator[Path]:
    first, *rest = name.split(".")
    if first != "grader" or (rest[:1] and rest[0] in NEVER):
        return
    folder = GRADER
    for part in rest:
        yield folder / "__init__.py"
        if (folder / f"{part}.py").is_file():
            yield folder / f"{part}.py"
            return
        folder /= part
    if (folder / "__init__.py").is_file():
        yield folder / "__init__.py"


def _data(modules: Iterable[Path]) -> Iterator[Path]:
    """Style sheets, scripts and stubs that lie beside the modules."""
    folders = {path.parent for path in modules} | set((GRADER / "stubs").iterdir())
    for folder in folders:
        for path in folder.iterdir():
            if path.is_file() and path.suffix not in (".py", ".pyc") and path.name[0] != ".":
                yield path
