"""Exercise: what exercise.toml says, and where the exercise's own files are."""

from __future__ import annotations

import functools
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import exercises

# The tree that the exercises are taken from: the grader's own copy, never the submission's. Whoever
# writes exercises in another tree, laid out like this one, names it.
ELSEWHERE = os.environ.get("AFTERWARDS_ROOT")
ROOT = Path(ELSEWHERE).resolve() if ELSEWHERE else Path(exercises.__path__[0]).parent
HOME = ROOT / "exercises"
SUITES = (ROOT / "grader" if ELSEWHERE else Path(__file__).parent) / "suites"


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
    def support(self) -> tuple[Path, ...]:
        """Python files given to the student, which the app may import."""
        given = sorted(self.folder.glob("*.py"))
        return tuple(
            path
            for path in given
            if path.name not in self.editable and not path.name.startswith("test_")
        )


@functools.cache
def load(folder: Path) -> Exercise:
    """Read `folder`/exercise.toml. Raises KeyError or ValueError when it is not as it must be."""
    data = tomllib.loads((folder / "exercise.toml").read_text(encoding="utf-8"))
    tasks = tuple(
        Task(entry["number"], entry["title"], tuple(entry["hints"]), entry["why"])
        for entry in data["task"]
    )
    return Exercise(
        data["id"], data["title"], data["points"], tuple(data["editable"]), tasks, folder
    )


def all_exercises(home: Path = HOME) -> dict[str, Exercise]:
    """Every exercise under `home` by id, in order."""
    folders = sorted(path.parent for path in home.glob("*/exercise.toml"))
    return {exercise.id: exercise for exercise in map(load, folders)}


def suite_files(exercise: Exercise) -> list[Path]:
    """Visible checks, then hidden ones; the hidden ones are absent in a student's repository."""
    visible = HOME / exercise.id / f"test_{exercise.id}.py"
    hidden = sorted((SUITES / exercise.id).glob("test_*.py"))
    return [path for path in (visible, *hidden) if path.exists()]
