"""App: one file that the audit grades, and what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from grader.exercise import Exercise


class Kind(StrEnum):
    """Why an app is graded, and so what is expected of its verdict."""

    SOLUTION = "solution"
    STUB = "stub"
    DEAD = "dead"
    CORRECT = "correct"
    WRONG = "wrong"
    MUTANT = "mutant"


@dataclass(frozen=True, slots=True)
class App:
    """One app of one exercise; a wrong one says where it fails.

    Attributes:
        main: the tasks that it breaks.
        also: tasks that fail with them.
        may: tasks that fail with them in some runs, because something is raced for.
    """

    exercise: str
    kind: Kind
    name: str
    source: bytes = field(repr=False)
    main: frozenset[int] = frozenset()
    also: frozenset[int] = frozenset()
    may: frozenset[int] = frozenset()

    def __str__(self) -> str:
        return f"{self.exercise}/{self.kind}/{self.name}"


# Apps that do nothing, each in its own way. None may earn a point.
DEAD = {
    "empty": "",
    "404_to_everything": "from fastapi import FastAPI\napp = FastAPI()\n",
    "500_to_everything": (
        "async def app(scope, receive, send):\n"
        "    assert scope['type'] == 'http'\n"
        "    await send({'type': 'http.response.start', 'status': 500, 'headers': []})\n"
        "    await send({'type': 'http.response.body', 'body': b''})\n"
    ),
    "ends_at_import": "import os\nos._exit(0)\n",
}


def dead(exercise: Exercise) -> Iterator[App]:
    """The four apps that do nothing."""
    for name, source in DEAD.items():
        yield App(exercise.id, Kind.DEAD, name, source.encode())


def read_app(exercise: Exercise, kind: Kind, path: Path) -> App:
    """One file as an app; a wrong one has `task: 2`, `also: 3, 4`, `may: 5` in its docstring."""
    source = path.read_bytes()
    name = kind.value if kind in (Kind.SOLUTION, Kind.STUB) else path.stem
    declared = (_declared(source, word) for word in ("task", "also", "may"))
    return App(exercise.id, kind, name, source, *declared)


def _declared(source: bytes, word: str) -> frozenset[int]:
    parts = source.decode("utf-8", "replace").split('"""')
    document = parts[1] if len(parts) > 1 else ""
    lines = re.findall(rf"^{word}:([\d, ]+)$", document, re.MULTILINE)
    return frozenset(int(number) for line in lines for number in re.findall(r"\d+", line))
