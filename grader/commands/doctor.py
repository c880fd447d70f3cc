"""`grader doctor`: what is missing here, and the command that mends it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.exercise import all_exercises
from grader.notebook import find_tree
from grader.student.doctor import examine
from grader.student.finding import Finding
from grader.text import visible


@click.command("doctor")
def doctor_command() -> None:
    """Look at Python, packages, sandbox, git and Actions, and say what mends each.

    Exit status: 0 nothing to mend, 1 something is.
    """
    broken = 0
    for finding in examine(find_tree(Path.cwd(), all_exercises())):
        broken += finding.broken is True
        _show(finding)
    click.echo("Nothing to mend." if not broken else f"{broken} to mend.")
    sys.exit(1 if broken else 0)


def _show(finding: Finding) -> None:
    mark = {True: "MEND", False: "ok  ", None: "note"}[finding.broken]
    click.echo(f"{mark}  {visible(finding.what)}")
    if finding.mend:
        click.echo(f"      {visible(finding.mend)}")
