"""What the commands of a student's day share: the tree they stand in, its notebook, paragraphs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

import click

from grader.commands.common import chosen, stop
from grader.exercise import ROOT, Exercise, all_exercises
from grader.given import lost
from grader.notebook import Notebook, find_tree
from grader.surroundings import width
from grader.text import visible


def one_exercise(name: str) -> Exercise:
    """The exercise of this id; `exercises/ex1/` is fine too. Ends with status 2 on another one."""
    plain = Path(name).name.lower() or name
    if plain in lost(ROOT):
        where = f"exercises/{plain}"
        stop(f"{where} is gone; bring it back: git checkout HEAD -- {where}")
    return chosen([plain if plain in all_exercises() else name])[plain]


def tree_here() -> Path:
    """The repository around the current folder; ends with status 2 when there is none."""
    tree = find_tree(Path.cwd(), all_exercises())
    if tree is None:
        stop(f"no exercises/ in {str(Path.cwd())!r} or above it; go to your repository: cd FOLDER")
    return tree


def notebook_here() -> Notebook:
    """The notebook of the repository around the current folder; empty where there is none."""
    return Notebook(find_tree(Path.cwd(), all_exercises()))


def show(paragraphs: Iterable[str]) -> None:
    """Print paragraphs, wrapped to the terminal; addresses and commands are never broken."""
    for text in paragraphs:
        for line in textwrap.wrap(
            visible(text), width(), break_long_words=False, break_on_hyphens=False
        ):
            click.echo(line)


def show_note(notebook: Notebook) -> None:
    """Say in one line what does not work about the notebook."""
    if notebook.note:
        click.echo(f"note: {notebook.note}", err=True)
