"""`grader roster`: a class, dealt out to jobs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from grader.commands.common import stop
from grader.roster.students import BadRoster, batches, read_roster


@click.command("roster")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=20, show_default=True, help="At most so many."
)
def roster_command(file: Path, jobs: int) -> None:
    """Print the students in FILE, dealt out to jobs, as JSON for a workflow's matrix.

    FILE is CSV in UTF-8, and begins with the line name,repository,ref. A name is a student's own:
    letters from a to z, digits, dots, dashes and underscores, 64 at most, for it becomes the name
    of a file; two that differ in case only are one. A repository is owner/name; ref is a branch or
    a tag, and may be empty.
    """
    try:
        click.echo(json.dumps(batches(read_roster(file), jobs), separators=(",", ":")))
    except BadRoster as error:
        stop(str(error))
