"""The command line: `grader COMMAND`. One module a command, in grader/commands/."""

from __future__ import annotations

import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from grader import __version__
from grader.commands.common import stop

# Each is in grader.commands.NAME as NAME_command, and imported when it is typed: a hint should not
# wait for pytest and FastAPI.
ALL = (
    "audit",
    "collect",
    "doctor",
    "explain",
    "grade",
    "hint",
    "new",
    "publish",
    "report",
    "reset",
    "roster",
    "serve",
    "status",
    "watch",
)
# A student's repository has only some of them: see grader/publishing/modules.py.
HERE = Path(__file__).parent / "commands"
COMMANDS = tuple(name for name in ALL if (HERE / f"{name}.py").exists())


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command:
        if cmd_name not in COMMANDS:
            stop(f"no command {cmd_name!r}; there are {', '.join(COMMANDS)}")
        module = import_module(f"grader.commands.{cmd_name}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
@click.pass_context
def cli(context: click.Context) -> None:
    """Grade exercises on FastAPI background tasks by watching a real server from outside."""
    # A CI that cancels a job says SIGTERM: end as for Ctrl-C, so that temporary folders go.
    before = signal.signal(signal.SIGTERM, _leave)
    context.call_on_close(lambda: signal.signal(signal.SIGTERM, before))


def _leave(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
