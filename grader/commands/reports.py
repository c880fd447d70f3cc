"""`--report NAME=FILE`: which formats to write, and where to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.commands.common import stop, write
from grader.exercise import all_exercises
from grader.reporters import CannotRender, reporter
from grader.results import Report


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to write; `-` is standard output."""

    name: str
    render: Callable[[Report], str]
    file: Path

    @property
    def to_stdout(self) -> bool:
        """Whether it takes the place of the text that a person reads."""
        return str(self.file) == "-"


def wanted_reports(options: Iterable[str]) -> list[Wanted]:
    """Read `NAME=FILE` options; ends with status 2 where one cannot be done, before any work."""
    found = [_wanted(option) for option in options]
    if sum(one.to_stdout for one in found) > 1:
        stop("two reports to standard output; give all but one a file: --report NAME=FILE")
    return found


def _wanted(option: str) -> Wanted:
    name, _, file = option.partition("=")
    if not file:
        stop(f"--report {option!r} names no file; type --report {name or 'NAME'}=FILE")
    _, narrowed, exercise = name.partition(":")
    known = all_exercises()
    if narrowed and exercise not in known:
        stop(f"--report {option!r}: no exercise {exercise!r}; there are {', '.join(known)}")
    try:
        return Wanted(name, reporter(name), Path(file))
    except CannotRender as error:
        stop(str(error))


def write_reports(report: Report, wanted: Iterable[Wanted]) -> None:
    """Write all that can be written; ends with status 2 where one could not."""
    failed = []
    for one in wanted:
        try:
            write(one.file, one.render(report))
        except CannotRender as error:
            failed.append(f"{one.name}: {error}")
    if failed:
        stop("; ".join(failed))
