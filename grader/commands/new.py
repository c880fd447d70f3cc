"""`grader new`: a new exercise, tiny and complete, to be written over."""

from __future__ import annotations

import re
from pathlib import Path

import click

from grader.beginning import CannotBegin, begin
from grader.commands.common import stop
from grader.exercise import ROOT


@click.command("new")
@click.argument("exercise")
@click.option("--title", default="Guest book", show_default=True, help="Its title, one line.")
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Write it into another tree, which need not be there yet.",
)  # fmt: skip
def new_command(exercise: str, title: str, into: Path | None) -> None:
    """Begin EXERCISE, such as ex5: page, stub, checks, solution, specimens.

    What is written is a tiny exercise that works: `grader audit` of it is sound. Then replace it
    file by file, and audit again after each.
    """
    if not re.fullmatch(r"ex[1-9]\d?", exercise):
        stop(f"{exercise!r} is no name of an exercise; type ex and a number, such as ex5")
    if not title.strip() or not title.isprintable():
        stop(f"a title is one line of text, not {title!r}; type --title 'Guest book'")
    root = (into or ROOT).resolve()
    try:
        written = begin(exercise, title.strip(), root)
    except CannotBegin as error:
        stop(str(error))
    for path in written:
        click.echo(path.relative_to(root).as_posix())
    elsewhere = f"AFTERWARDS_ROOT={root} " if root != ROOT.resolve() else ""
    click.echo(f"Next: {elsewhere}grader audit {exercise}")
