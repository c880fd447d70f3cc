"""`grader grade`: a submission in, a report out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from grader.commands.common import chosen, decide_sandbox, status, stop
from grader.commands.published import with_notices
from grader.commands.reports import wanted_reports, write_reports
from grader.errors import GradingError
from grader.exercise import all_exercises
from grader.grading import grade
from grader.reporters import REPORTERS, terminal
from grader.serving.bubblewrap import SandboxError
from grader.submission import NotASubmission, read_submission
from grader.surroundings import processors

MISSING = 1


@click.command("grade")
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
    "--report",
    "reports",
    multiple=True,
    metavar="NAME=FILE",
    help="Also write the report in this format; repeatable; - is standard output."
    f" NAME is one of {', '.join(REPORTERS)}; NAME:ex2 is about this exercise alone.",
)
@click.option(
    "--sandbox",
    type=click.Choice(["auto", "bubblewrap", "none"]),
    default="auto",
    show_default=True,
    help="auto: bubblewrap; where it is not installed, the repository of this grader is graded"
    " without it, other trees are not, and in CI (CI=true) nothing is. bubblewrap: always"
    " required. none: run the code with your own rights; only for code you trust.",
)
@click.option(
    "--exit-zero",
    is_flag=True,
    help="End with 0 when points are missing too: the grade is advice and makes no red cross in"
    " CI. What could not be graded still ends with 2.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=lambda: processors() + 1,  # while one waits for its app, another uses its processor
    metavar="N",
    help="How many exercises are graded at a time. Without it, one more than there are"
    " processors. On Linux only.",
)
@click.option("-v", "--verbose", is_flag=True, help="List passed checks too.")
def grade_command(
    path: Path,
    wanted: tuple[str, ...],
    json_file: Path | None,
    reports: tuple[str, ...],
    sandbox: str,
    exit_zero: bool,
    jobs: int,
    verbose: bool,
) -> None:
    """Grade the repository (or folder of solutions, or one exercise of either) at PATH.

    Exit status: 0 full marks, 1 points missing (0 with --exit-zero), 2 could not grade.
    """
    path, one = _whole_tree(path)
    exercises = chosen(wanted or one)
    wanted_files = wanted_reports([*reports, *([f"json={json_file}"] if json_file else [])])
    use_sandbox = decide_sandbox(sandbox, path)
    try:
        submission = with_notices(read_submission(path, exercises))
        report = grade(submission, exercises, sandbox=use_sandbox, jobs=jobs)
    except (NotASubmission, SandboxError, GradingError) as error:
        stop(str(error))
    if not any(one.to_stdout for one in wanted_files):
        click.echo(terminal.render(report, verbose), nl=False)
    # Imported when there is something to remember: with pydantic, it would hold up the host.
    from grader.student.remember import remember

    note = remember(report, submission)
    if note:
        click.echo(f"note: {note}", err=True)
    write_reports(report, wanted_files)
    code = status(report)
    sys.exit(0 if exit_zero and code == MISSING else code)


def _whole_tree(path: Path) -> tuple[Path, tuple[str, ...]]:
    """The tree that `path` is in, and the exercise it names: `.` and `ex2` of exercises/ex2."""
    full = path if path.name else path.absolute()
    known = all_exercises()
    # A whole repository may be called ex1, too.
    whole = any(os.path.lexists(full / name) for name in ("exercises", *known))
    if full.name not in known or whole or not full.is_dir():
        return path, ()
    parent = full.parent
    return (parent.parent if parent.name == "exercises" else parent), (full.name,)
