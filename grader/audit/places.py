"""Where the apps of an audit are: by default the folders of the tree that the exercises are in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.audit.apps import App, Kind, dead, read_app
from grader.exercise import ROOT, Exercise


class NoSuchPlace(Exception):
    """A folder that was named is not there, or holds nothing; the text says what to type."""


@dataclass(frozen=True, slots=True)
class Places:
    """Folders named on the command line; None is the place of the tree."""

    solutions: Path | None = None
    correct: Path | None = None
    wrong: Path | None = None

    def solution(self, exercise: Exercise) -> Path:
        """The file of the reference solution."""
        return (self.solutions or ROOT / "solutions") / exercise.id / exercise.editable[0]

    def specimens(self, exercise: Exercise, kind: Kind) -> list[Path]:
        """The specimen files of one kind. Raises NoSuchPlace for a named folder without any."""
        named = self.correct if kind is Kind.CORRECT else self.wrong
        if named is None:
            return _files(specimens_of(exercise) / kind)
        for folder in (named / exercise.id / kind, named / exercise.id, named):
            if files := _files(folder):
                return files
        raise NoSuchPlace(f"no .py files in {str(named)!r}; name the folder of {kind} apps")

    def apps(self, exercise: Exercise) -> Iterator[App]:
        """All apps of an exercise but its mutants. Raises NoSuchPlace."""
        solution = self.solution(exercise)
        if not solution.is_file():
            raise NoSuchPlace(f"no solution of {exercise.id}: {str(solution)!r} is not there")
        yield read_app(exercise, Kind.SOLUTION, solution)
        yield read_app(exercise, Kind.STUB, exercise.folder / exercise.editable[0])
        yield from dead(exercise)
        for kind in (Kind.CORRECT, Kind.WRONG):
            for path in self.specimens(exercise, kind):
                yield read_app(exercise, kind, path)


def specimens_of(exercise: Exercise) -> Path:
    """The folder of an exercise's specimens in its tree."""
    return ROOT / "tests" / "specimens" / exercise.id


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
