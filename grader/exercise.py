"""Exercise: what exercise.toml says, and where the exercise's own files are."""

from __future__ import annotations

import functools
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import exercises
from grader.fields import BadExercise, texts, value
from grader.given import published

# The tree that the exercises are taken from: the grader's own copy, never the submission's. Whoever
# writes exercises in another tree, laid out like this one, names it.
ELSEWHERE = os.environ.get("AFTERWARDS_ROOT")
ROOT = Path(ELSEWHERE).resolve() if ELSEWHERE else Path(exercises.__path__[0]).parent
HOME = ROOT / "exercises"
SUITES = (ROOT / "grader" if ELSEWHERE else Path(__file__).parent) / "suites"
NONE_HERE = "no exercises/exN/exercise.toml here; bring them back: git checkout -- exercises"
NONE_ELSEWHERE = (
    f"AFTERWARDS_ROOT is {ELSEWHERE!r}, and no exercises/exN/exercise.toml is below it;"
    " set it to the folder that you gave to grader new ex1 --into"
)


@dataclass(frozen=True, slots=True)
class Task:
    """One numbered task of the page; `hints` go from where to look to the shape of the answer."""

    number: int
    title: str
    hints: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise. `editable` are the only files that a submission brings."""

    id: str
    title: str
    points: int
    editable: tuple[str, ...]
    tasks: tuple[Task, ...]
    folder: Path

    def task(self, number: int) -> Task:
        """The task of this number. Raises KeyError."""
        for task in self.tasks:
            if task.number == number:
                return task
        raise KeyError(f"{self.id} has no task {number}")

    @property
    def module(self) -> str:
        """The name under which the app is imported."""
        return f"exercises.{self.id}.app"

    @property
    def given(self) -> frozenset[str]:
        """Names of what is given in its folder, files to edit included.

        In a published tree those that were published: what a student puts beside them is not
        there in class, so it is not there at home.
        """
        names = None if ELSEWHERE else published()
        if names is None:
            return frozenset(path.name for path in self.folder.iterdir())
        here = f"exercises/{self.id}/"
        inside = {name.removeprefix(here) for name in names if name.startswith(here)}
        return frozenset(inside | set(self.editable))

    @property
    def support(self) -> tuple[Path, ...]:
        """Python files given to the student, which the app may import."""
        return tuple(
            self.folder / name
            for name in sorted(self.given - set(self.editable))
            if name.endswith(".py") and not name.startswith("test_") and self._has(name)
        )

    def _has(self, name: str) -> bool:
        return (self.folder / name).is_file()


@functools.cache
def load(folder: Path) -> Exercise:
    """Read `folder`/exercise.toml. Raises BadExercise when it is not as it must be."""
    try:
        return _read(folder)
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        why = "is not UTF-8; save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        why = f"is no TOML: {error}; correct it there"
    except ValueError as error:
        why = str(error)
    raise BadExercise(f"exercises/{folder.name}/exercise.toml {why}")


def _read(folder: Path) -> Exercise:
    data = tomllib.loads((folder / "exercise.toml").read_text(encoding="utf-8"))
    name, title, points = (
        value(data, "id", str),
        value(data, "title", str),
        value(data, "points", int),
    )
    if name != folder.name:
        raise ValueError(f"says id = {name!r}; write the name of its folder, id = {folder.name!r}")
    editable, entries = texts(data, "editable"), data.get("task")
    if not editable:
        raise ValueError('names no file to edit; write editable = ["app.py"]')
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError("has no tasks; write a table [[task]] for each")
    return Exercise(name, title, points, editable, tuple(map(_task, entries)), folder)


def _task(entry: Mapping[str, Any]) -> Task:
    number = value(entry, "number", int)
    where = f" in task {number}"
    title, why = value(entry, "title", str, where), value(entry, "why", str, where)
    return Task(number, title, texts(entry, "hints", where), why)


def all_exercises(home: Path = HOME) -> dict[str, Exercise]:
    """Every exercise under `home` by id, in order. Raises BadExercise, also when there is none."""
    folders = sorted(path.parent for path in home.glob("*/exercise.toml"))
    if not folders:
        raise BadExercise(NONE_ELSEWHERE if ELSEWHERE else NONE_HERE)
    return {exercise.id: exercise for exercise in map(load, folders)}


def suite_files(exercise: Exercise) -> list[Path]:
    """Visible checks, then hidden ones; the hidden ones are absent in a student's repository."""
    visible = HOME / exercise.id / f"test_{exercise.id}.py"
    hidden = sorted((SUITES / exercise.id).glob("test_*.py"))
    return [path for path in (visible, *hidden) if path.exists()]
