"""`grader report`: a report that was written as JSON, in any other format."""

from __future__ import annotations

from pathlib import Path

import click

from grader.commands.common import stop, write
from grader.reporters import REPORTERS, CannotRender, reporter
from grader.reporters import json as json_reporter
from grader.reporters.reading import MAX_CHARS, NotAReport
from grader.results import Report

STDOUT = Path("-")


@click.command("report")
@click.argument("file", metavar="REPORT.json", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "name",
    required=True,
    metavar="NAME[:ID]",
    help=f"The format, and the one exercise that it is about: {', '.join(REPORTERS)}.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=STDOUT,
    metavar="FILE",
    help="Where to; standard output when left out.",
)
def report_command(file: Path, name: str, output: Path) -> None:
    """Write a report in another format.

    REPORT.json is what `grader grade PATH --json REPORT.json` wrote; - is standard input. Points
    are added up anew from the outcome of each check. The exit status says nothing about points:
    0 written, 2 could not write.
    """
    try:
        text = reporter(name)(_read(file))
    except CannotRender as error:
        stop(str(error))
    write(output, text)


def _read(file: Path) -> Report:
    try:
        with click.open_file(str(file), encoding="utf-8", errors="replace") as stream:
            text = stream.read(MAX_CHARS + 1)
    except OSError as error:
        stop(f"cannot read {str(file)!r}: {error.strerror}; write it: grader grade . --json FILE")
    try:
        return json_reporter.read(text)
    except NotAReport as error:
        stop(f"{str(file)!r} is no report: {error}; write one: grader grade . --json FILE")
