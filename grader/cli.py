"""The command line. Exit status: 0 full marks, 1 points missing, 2 could not grade."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from grader import __version__
from grader.exercise import Exercise, all_exercises
from grader.grading import GradingError, grade
from grader.reporters import json as json_reporter
from grader.reporters import terminal
from grader.results import Outcome, Report
from grader.serving.bubblewrap import INSTALL, SandboxError, find_bubblewrap
from grader.submission import NotASubmission, read_submission


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def cli() -> None:
    """Grade exercises on FastAPI background tasks by watching a real server from outside."""


@cli.command("grade")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--exercise", "wanted", multiple=True, metavar="ID", help="Only this one; repeatable."
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the report as JSON; - is standard output.",
)
@click.option(
    "--sandbox",
    type=click.Choice(["auto", "bubblewrap", "none"]),
    default="auto",
    show_default=True,
    help="auto: bubblewrap; where it is not installed, your own tree is graded without"
    " it, but in CI (CI=true) it is required. bubblewrap: always required."
    " none: run the code with your own rights; only for code you trust.",
)
@click.option("-v", "--verbose", is_flag=True, help="List passed checks too.")
def grade_command(
    path: Path, wanted: tuple[str, ...], json_file: Path | None, sandbox: str, verbose: bool
) -> None:
    """Grade the repository (or folder of solutions) at PATH.

    Exit status: 0 full marks, 1 points missing, 2 could not grade.
    """
    exercises = _chosen(wanted)
    use_sandbox = _decide(sandbox)
    try:
        report = grade(read_submission(path, exercises), exercises, sandbox=use_sandbox)
    except (NotASubmission, SandboxError, GradingError) as error:
        _stop(str(error))
    if json_file is not None:
        _write(json_file, json_reporter.render(report))
    if json_file is None or str(json_file) != "-":
        click.echo(terminal.render(report, verbose), nl=False)
    sys.exit(_status(report))


def _chosen(wanted: tuple[str, ...]) -> dict[str, Exercise]:
    exercises = all_exercises()
    for name in wanted:
        if name not in exercises:
            _stop(f"no exercise {name!r}; there are {', '.join(exercises)}")
    return {name: e for name, e in exercises.items() if not wanted or name in wanted}


def _decide(sandbox: str) -> bool:
    """Whether to use the sandbox; ends with status 2 where it is required and not there."""
    if sandbox == "none":
        return False
    if find_bubblewrap():
        return True
    required = sandbox == "bubblewrap" or os.environ.get("CI", "").lower() in ("true", "1")
    if required:
        _stop(f"the sandbox is required and bubblewrap (bwrap) is not here; {INSTALL}")
    click.echo(f"note: no bubblewrap here, so your code runs with your own rights; {INSTALL}")
    return False


def _write(path: Path, text: str) -> None:
    if str(path) == "-":
        click.echo(text, nl=False)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        _stop(f"cannot write {str(path)!r}: {error.strerror}")


def _status(report: Report) -> int:
    return {Outcome.PASSED: 0, Outcome.FAILED: 1, Outcome.ERROR: 2}[report.outcome]


def _stop(text: str) -> None:
    click.echo(f"grader: {text}", err=True)
    sys.exit(2)
