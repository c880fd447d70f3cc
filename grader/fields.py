"""Fields of exercise.toml, each read as what it must be, or refused in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, TypeVar

import click

SAMPLES = {str: '"…"', int: "1", list: '["…"]'}
T = TypeVar("T", str, int, list[Any])


class BadExercise(click.ClickException):
    """An exercise cannot be read; the text says which, what is wrong, and what to write instead.

    Every command reads exercises, so it is click that ends them: with this line and status 2.
    """

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - click's signature
        """Say it as all else that the command line refuses."""
        click.echo(f"grader: {self.message}", err=True)


def value(table: Mapping[str, Any], name: str, kind: type[T], where: str = "") -> T:
    """One value of this kind. Raises ValueError in words that follow the name of the file."""
    found = table.get(name)
    if isinstance(found, kind) and not isinstance(found, bool):
        return found
    wrong = f"has no `{name}`{where}" if found is None else f"says {name} = {found!r:.60}{where}"
    raise ValueError(f"{wrong}; write {name} = {SAMPLES[kind]}")


def texts(table: Mapping[str, Any], name: str, where: str = "") -> tuple[str, ...]:
    """A list of texts. Raises ValueError likewise."""
    found = value(table, name, list, where)
    if not all(isinstance(text, str) for text in found):
        raise ValueError(f"says {name} = {found!r:.60}{where}; write {name} = {SAMPLES[list]}")
    return tuple(found)
