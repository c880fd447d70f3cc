"""`grader grade`: a submission in, a report out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.commands.common import chosen, decide_sandbox, status, stop, write
from grader.commands.published import with_notices
from grader.grading import GradingError, grade
from grader.reporters import json as json_reporter
from grader.reporters import terminal
from grader.serving.bubblewrap import SandboxError
from grader.student.remember import remember
from grader.submission import NotASubmission, read_submission


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
    exercises = chosen(wanted)
    use_sandbox = decide_sandbox(sandbox)
    try:
        submission = with_notices(read_submission(path, exercises))
        report = grade(submission, exercises, sandbox=use_sandbox)
    except (NotASubmission, SandboxError, GradingError) as error:
        stop(str(error))
    if json_file is not None:
        write(json_file, json_reporter.render(report))
    if json_file is None or str(json_file) != "-":
        click.echo(terminal.render(report, verbose), nl=False)
    note = remember(report, submission)
    if note:
        click.echo(f"note: {note}", err=True)
    sys.exit(status(report))
