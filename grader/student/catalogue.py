"""The checks of an exercise as its suites declare them, read without running anything."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.exercise import Exercise, suite_files
from grader.manifest import BrokenManifest, Hidden, left_out


@dataclass(frozen=True, slots=True)
class Entry:
    """One check: `id` is `ex1/mail_after_response`; `visible` when the student has its source."""

    id: str
    title: str
    task: int
    points: int
    visible: bool

    @property
    def name(self) -> str:
        """The id without its exercise."""
        return self.id.partition("/")[2]


def checks_of(exercise: Exercise) -> list[Entry]:
    """All checks that are here, in the order in which they run."""
    return [
        entry
        for path in suite_files(exercise)
        for entry in _read(path, exercise.id, path.stat().st_mtime_ns)
    ]


def in_class(exercise: Exercise) -> Hidden:
    """The hidden checks, which a published tree has not: what passes here is not everything."""
    try:
        return left_out(exercise.id)
    except BrokenManifest:  # `grader grade` and `grader doctor` say so
        return Hidden(checks=0, points=0)


@functools.cache
def _read(path: Path, exercise: str, _changed_ns: int) -> tuple[Entry, ...]:
    """The checks in one file, parsed once for each state of it: a watcher asks at every save."""
    return tuple(_parsed(path, exercise))


def _parsed(path: Path, exercise: str) -> Iterator[Entry]:
    visible = path.name == f"test_{exercise}.py"
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        marks = _check_marks(node)
        if marks is not None:
            name = node.name.removeprefix("test_")
            title = (ast.get_docstring(node) or node.name).splitlines()[0]
            task, points = marks["task"], marks.get("points", 0)
            yield Entry(f"{exercise}/{name}", title, task, points, visible)


def _check_marks(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, int] | None:
    """The numbers of `@check(task=1, points=2)`; None for a function that is no check."""
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func).split(".")[-1] == "check":
            values = {k.arg: k.value for k in mark.keywords if k.arg in ("task", "points")}
            return {str(name): ast.literal_eval(value) for name, value in values.items()}
    return None
