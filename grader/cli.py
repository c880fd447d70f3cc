"""The command line: `grader COMMAND`. One module a command, in grader/commands/."""

from __future__ import annotations

import click

from grader import __version__
from grader.commands.explain import explain_command
from grader.commands.grade import grade_command
from grader.commands.hint import hint_command
from grader.commands.reset import reset_command
from grader.commands.status import status_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def cli() -> None:
    """Grade exercises on FastAPI background tasks by watching a real server from outside."""


cli.add_command(grade_command)
cli.add_command(explain_command)
cli.add_command(hint_command)
cli.add_command(reset_command)
cli.add_command(status_command)
