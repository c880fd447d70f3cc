"""`grader watch`: a verdict on every save."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import click

from grader.commands.common import stop
from grader.commands.tree import one_exercise, tree_here
from grader.exercise import Exercise, all_exercises
from grader.student.keys import keys
from grader.student.lock import Taken, only_one
from grader.student.page import Page
from grader.student.saves import saves
from grader.student.watching import Key, Saved, Watcher


@click.command("watch")
@click.argument("exercise", required=False)
@click.option("--plain", is_flag=True, help="Line after line, for logs and screen readers.")
def watch_command(exercise: str | None, plain: bool) -> None:
    """Run the checks of EXERCISE (or of whichever you edit) whenever you save, until you type q.

    Keys: h the next hint, n the next failure, l all checks, a run all exercises, r reset, q quit.
    Your code runs with your own rights, as with pytest.
    """
    tree = tree_here()
    watched = {exercise: one_exercise(exercise)} if exercise else all_exercises()
    watched = {one.id: one for one in watched.values()}
    signal.signal(signal.SIGTERM, _leave)
    try:
        with contextlib.suppress(KeyboardInterrupt), only_one(tree) as note:
            if note:
                click.echo(f"note: {note}", err=True)
            _watch(tree, watched, plain or not sys.stdout.isatty())
    except Taken as other:
        who = f" (process {other})" if str(other) else ""
        stop(f"another `grader watch`{who} is at work in {str(tree)!r}; end that one first: q")


def _watch(tree: Path, watched: dict[str, Exercise], plain: bool) -> None:
    current = max(watched.values(), key=lambda one: _edited(tree, one))
    page = Page(plain, has_keys=sys.stdin.isatty())
    watcher = Watcher(tree, watched, current, page)
    with (
        saves(tree, watched.values(), lambda ids: watcher.events.put(Saved(ids))),
        keys(lambda char: watcher.events.put(Key(char))),
    ):
        page.begin(f"watching exercises/{', '.join(watched)}")
        watcher.run()


def _edited(tree: Path, exercise: Exercise) -> float:
    """When the exercise was last edited; the newest is what you work on."""
    try:
        return os.stat(tree / "exercises" / exercise.id / exercise.editable[0]).st_mtime
    except OSError:
        return 0.0


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt  # so that the terminal is put right and the workers end
