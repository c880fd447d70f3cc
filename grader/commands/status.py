"""`grader status`: where you are."""

from __future__ import annotations

import click

from grader.commands.tree import show_note, tree_here
from grader.exercise import all_exercises
from grader.notebook import Notebook
from grader.student.status import standings, table
from grader.surroundings import width


@click.command("status")
def status_command() -> None:
    """Show every exercise, its checks and points, and what comes next. Runs nothing.

    It knows what `pytest exercises/ex1`, `grader grade .` and `grader watch` last found out here.
    """
    tree = tree_here()
    notebook = Notebook(tree)
    for line in table(standings(all_exercises(), tree, notebook), width()):
        click.echo(line)
    show_note(notebook)
