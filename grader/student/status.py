"""Where you are: each exercise as its checks last ended. Runs nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.exercise import Exercise
from grader.manifest import Hidden
from grader.notebook import Notebook, Run, digest
from grader.results import Outcome
from grader.student.catalogue import Entry, checks_of, in_class

WIDE = 78  # columns from which the table fits; below, each exercise is a few lines


@dataclass(frozen=True, slots=True)
class Standing:
    """One exercise. `stale`: the files have changed since the checks ran; `hidden` run in class."""

    exercise: Exercise
    entries: tuple[Entry, ...]
    ended: Mapping[str, Outcome]
    stale: bool
    hidden: Hidden

    @property
    def passed(self) -> list[Entry]:
        """The checks that passed."""
        return [one for one in self.entries if self.ended.get(one.id) is Outcome.PASSED]

    @property
    def points(self) -> int:
        """What they are worth."""
        return sum(entry.points for entry in self.passed)

    @property
    def max_points(self) -> int:
        """What all checks that are here are worth."""
        return sum(entry.points for entry in self.entries)

    @property
    def next(self) -> str:
        """What to do now, in a few words."""
        run = f"pytest exercises/{self.exercise.id}"
        if not self.ended:
            return f"not run yet: {run}"
        if self.stale:
            return f"changed since: {run}"
        for entry in self.entries:
            if self.ended.get(entry.id, Outcome.PASSED) is not Outcome.PASSED:
                return f"task {entry.task}: {entry.title}"
        left = len(self.entries) - len(self.passed)
        if left:
            return f"{left} not run yet: grader grade . --exercise {self.exercise.id}"
        if self.hidden.checks:
            return f"visible checks done; {self.hidden.checks} hidden run in class"
        return "done"


def standings(
    exercises: Mapping[str, Exercise],
    tree: Path,
    notebook: Notebook,
    just_run: Mapping[str, Run] | None = None,
) -> tuple[Standing, ...]:
    """All exercises, from what the notebook remembers; `just_run` is known without it."""
    known = just_run or {}
    return tuple(
        _standing(exercise, tree, known.get(name) or notebook.last_run(name))
        for name, exercise in exercises.items()
    )


def _standing(exercise: Exercise, tree: Path, run: Run) -> Standing:
    entries = tuple(checks_of(exercise))
    known = {entry.id for entry in entries}
    ended = {name: outcome for name, outcome in run.checks.items() if name in known}
    now = digest(exercise, tree / "exercises" / exercise.id)
    stale = bool(ended) and run.digest != now
    return Standing(exercise, entries, ended, stale, in_class(exercise))


def table(rows: tuple[Standing, ...], width: int) -> Iterator[str]:
    """The lines to show in a terminal of `width` columns."""
    yield from _wide(rows, width) if width >= WIDE else _narrow(rows, width)
    points, most = sum(row.points for row in rows), sum(row.max_points for row in rows)
    more = sum(row.hidden.points for row in rows)
    hidden = f"; the hidden checks in class are worth {more} more" if more else ""
    yield from textwrap.wrap(f"{points} of {most} points in the last runs{hidden}", max(12, width))


def _wide(rows: tuple[Standing, ...], width: int) -> Iterator[str]:
    names = [f"{row.exercise.id}  {row.exercise.title}" for row in rows]
    left = max(map(len, ["exercise", *names]))
    indent = left + 2 + 8 + 8
    yield f"{'exercise':{left}}  checks  points  next"
    for name, row in zip(names, rows, strict=True):
        checks = f"{len(row.passed)}/{len(row.entries)}"
        points = f"{row.points}/{row.max_points}"
        lines = textwrap.wrap(row.next, max(20, width - indent)) or [""]
        yield f"{name:{left}}  {checks:>6}  {points:>6}  {lines[0]}"
        yield from (" " * indent + line for line in lines[1:])


def _narrow(rows: tuple[Standing, ...], width: int) -> Iterator[str]:
    for row in rows:
        yield from textwrap.wrap(f"{row.exercise.id}  {row.exercise.title}", width)
        counts = f"{len(row.passed)}/{len(row.entries)} checks, {row.points}/{row.max_points}"
        for text in (f"{counts} points", row.next):
            yield from textwrap.wrap(
                text, max(12, width), initial_indent="  ", subsequent_indent="  "
            )
