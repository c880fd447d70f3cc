"""`grader serve`: the app with reload, and its timeline beside it while it happens."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import socket
from pathlib import Path

import click

from grader.commands.common import stop
from grader.commands.tree import one_exercise, tree_here
from grader.exercise import Exercise
from grader.live.run import PortInUse, bind, serve, url_of
from grader.text import visible

PORT = 8000


@click.command("serve")
@click.argument("exercise")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, metavar="P",
    help="Port of your app; 0 takes a free one. The page is on the next port.",
)  # fmt: skip
@click.option(
    "--app", "app_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Serve this file in place of the exercise's app.py.",
)  # fmt: skip
def serve_command(exercise: str, port: int, app_file: Path | None) -> None:
    """Run the app of EXERCISE, such as ex1, and draw each request while it happens.

    For development: both the app and the page answer to this machine only. Saving a file starts
    the app again; the page stays connected. Mails, files and rows are kept in .data/, as under
    uvicorn. End it with Ctrl-C.
    """
    chosen = one_exercise(exercise)
    file = _file(chosen, app_file)
    with contextlib.ExitStack() as stack:
        try:
            listener = stack.enter_context(bind(port))
        except PortInUse:
            stop(f"port {port} is in use; give another one: grader serve {chosen.id} --port 8080")
        page = stack.enter_context(_next_free(port))
        click.echo(f"your app      {url_of(listener)}/docs")
        click.echo(f"its timeline  {url_of(page)}/")
        click.echo(f"watching      {file.parent}; Ctrl-C ends it")
        with contextlib.suppress(KeyboardInterrupt):
            title = f"{chosen.id} {chosen.title}, live"
            again = _typed(chosen, port, app_file)
            asyncio.run(serve(file, chosen.module, title, again, (listener, page), _say))


def _next_free(port: int) -> socket.socket:
    """The next port, or any where that one is taken."""
    try:
        return bind(port + 1 if 0 < port < 65535 else 0)
    except PortInUse:
        return bind(0)


def _file(exercise: Exercise, given: Path | None) -> Path:
    file = given or tree_here() / "exercises" / exercise.id / exercise.editable[0]
    if not file.is_file():
        stop(f"no such file: {str(file)!r}; name yours: grader serve {exercise.id} --app FILE")
    return file.resolve()


def _typed(exercise: Exercise, port: int, app_file: Path | None) -> str:
    """What was typed, to be typed again."""
    words = ["grader", "serve", exercise.id]
    words += ["--port", str(port)] if port != PORT else []
    words += ["--app", str(app_file)] if app_file else []
    return shlex.join(words)


def _say(text: str) -> None:
    for line in visible(text).splitlines():
        click.echo(f"[grader] {line}", err=True)
