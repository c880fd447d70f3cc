"""What commands share: choosing exercises and the sandbox, writing, ending with a reason."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from grader.exercise import HOME, Exercise, all_exercises
from grader.results import Outcome, Report
from grader.serving.bubblewrap import INSTALL, find_bubblewrap
from grader.surroundings import in_ci


def chosen(wanted: Iterable[str]) -> dict[str, Exercise]:
    """The exercises of these ids, all where none is named; ends with status 2 on an unknown id."""
    exercises = all_exercises()
    names = tuple(wanted)
    for name in names:
        if name not in exercises:
            stop(f"no exercise {name!r}; there are {', '.join(exercises)}")
    return {name: e for name, e in exercises.items() if not names or name in names}


def decide_sandbox(sandbox: str, tree: Path = HOME) -> bool:
    """Whether to use the sandbox; ends with status 2 where it is required and not there.

    It may be absent for a tree of your own, the one that this grader is in, and nobody else's.
    """
    if sandbox == "none":
        return False
    if find_bubblewrap():
        return True
    if sandbox == "bubblewrap" or in_ci():
        stop(f"the sandbox is required and bubblewrap (bwrap) is not here; {INSTALL}")
    if not tree.resolve().is_relative_to(HOME.parent.resolve()):
        stop(
            f"{str(tree)!r} may be somebody else's code, and bubblewrap (bwrap) is not here;"
            f" {INSTALL}, or type --sandbox none if you trust it"
        )
    click.echo(
        f"note: no bubblewrap here, so your code runs with your own rights; {INSTALL}", err=True
    )
    return False


def write(path: Path, text: str) -> None:
    """Write `text` to `path` (`-` is standard output); ends with status 2 when that fails."""
    if str(path) == "-":
        click.echo(text, nl=False)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        stop(f"cannot write {str(path)!r}: {error.strerror}")


def status(report: Report) -> int:
    """The exit status of a report: 0 full marks, 1 points missing, 2 could not grade."""
    return {Outcome.PASSED: 0, Outcome.FAILED: 1, Outcome.ERROR: 2}[report.outcome]


def stop(text: str) -> NoReturn:
    """End with one line on standard error and status 2."""
    click.echo(f"grader: {text}", err=True)
    sys.exit(2)
