"""`grader explain`: what a check proves, and why that matters."""

from __future__ import annotations

import click

from grader.commands.common import stop
from grader.commands.tree import show
from grader.exercise import all_exercises
from grader.student.catalogue import checks_of
from grader.student.explain import UnknownCheck, find_check, in_words


@click.command("explain")
@click.argument("check", nargs=-1, required=True)
def explain_command(check: tuple[str, ...]) -> None:
    """Say what CHECK proves, and why it matters in production.

    CHECK is an id such as ex1/mail_after_response, or a part of its title. An exercise's id
    lists its checks.
    """
    exercises = all_exercises()
    name = " ".join(check)
    if name in exercises:
        for entry in checks_of(exercises[name]):
            show([f"{entry.id}: {entry.title}"])
        return
    try:
        exercise, entry = find_check(name, exercises)
    except UnknownCheck as error:
        stop(str(error))
    show(in_words(exercise, entry))
