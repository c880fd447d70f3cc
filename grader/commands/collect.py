"""`grader collect`: many reports in, one table out."""

from __future__ import annotations

from pathlib import Path

import click

from grader.commands.common import stop, write
from grader.exercise import all_exercises
from grader.roster.students import BadRoster, read_roster
from grader.roster.table import table


@click.command("collect")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--roster", type=click.Path(path_type=Path), required=True, metavar="FILE",
    help="Who is in the table, in which order: CSV, as grader roster --help says.",
)  # fmt: skip
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path), default="-", metavar="FILE",
    help="Where to; standard output when left out.",
)  # fmt: skip
def collect_command(folder: Path, roster: Path, csv_file: Path) -> None:
    """Put the reports in FOLDER, NAME.json for each student of the roster, into one CSV table.

    A student without a report has no points, and the reason in their line: the last line of
    NAME.txt, where there is one.
    """
    if not folder.is_dir():
        stop(f"no such folder: {str(folder)!r}; type the one that holds the reports")
    try:
        students = read_roster(roster)
    except BadRoster as error:
        stop(str(error))
    write(csv_file, table(students, folder, all_exercises()))
