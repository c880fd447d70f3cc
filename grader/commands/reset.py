"""`grader reset`: back to the stub."""

from __future__ import annotations

import click

from grader.commands.common import stop
from grader.commands.tree import one_exercise, tree_here
from grader.student.reset import CannotReset, reset


@click.command("reset")
@click.argument("exercise")
def reset_command(exercise: str) -> None:
    """Put EXERCISE back to how it was given to you, and keep your version beside it."""
    chosen = one_exercise(exercise)
    folder = tree_here() / "exercises" / chosen.id
    try:
        restored = reset(chosen, folder)
    except CannotReset as error:
        stop(str(error))
    for file in restored:
        where = f"exercises/{chosen.id}/{file.name}"
        if not file.changed:
            click.echo(f"{where} is as it was given to you; nothing to do.")
        elif file.kept is None:
            click.echo(f"{where} was missing; it is there again.")
        else:
            click.echo(f"{where} is as it was given to you.")
            click.echo(f"Your version is in exercises/{chosen.id}/{file.kept}")
