"""The command line: `grader COMMAND`. One module a command, in grader/commands/."""

from __future__ import annotations

import click

from grader import __version__
from grader.commands.grade import grade_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def cli() -> None:
    """Grade exercises on FastAPI background tasks by watching a real server from outside."""


cli.add_command(grade_command)
