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
    """One app of one exercise. `main` and `also` are the tasks that a wrong one says it fails."""

    exercise: str
    kind: Kind
    name: str
    source: bytes = field(repr=False)
    main: frozenset[int] = frozenset()
    also: frozenset[int] = frozenset()

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
    """One file as an app; a wrong one declares `task: 2` and `also: 3, 4` in its docstring."""
    source = path.read_bytes()
    name = kind.value if kind in (Kind.SOLUTION, Kind.STUB) else path.stem
    return App(
        exercise.id, kind, name, source, _declared(source, "task"), _declared(source, "also")
    )


def _declared(source: bytes, word: str) -> frozenset[int]:
    parts = source.decode("utf-8", "replace").split('"""')
    document = parts[1] if len(parts) > 1 else ""
    lines = re.findall(rf"^{word}:([\d, ]+)$", document, re.MULTILINE)
    return frozenset(int(number) for line in lines for number in re.findall(r"\d+", line))
