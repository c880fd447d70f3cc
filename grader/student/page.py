"""Where a watcher's text goes: a terminal that is redrawn, or a log."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from grader.student import screen
from grader.surroundings import width


class Page:
    """Where the text goes: redrawn in place on a terminal, line after line when `plain`."""

    def __init__(self, plain: bool, has_keys: bool) -> None:
        self._plain = plain
        self._has_keys = has_keys
        without = plain or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self._colour = False if without else None  # None: click looks whether it is a terminal

    @property
    def width(self) -> int:
        """Columns, looked up each time: windows change."""
        return width()

    def show(self, lines: Iterable[str]) -> None:
        """A new page."""
        if not self._plain:
            click.clear()
        self.add(lines)
        if not self._plain and self._has_keys:
            self.add(["", *screen.keys(self.width)])

    def begin(self, what: str) -> None:
        """The first page: what goes on and how to end it; a log gets the keys only here."""
        self.show([f"{what}; {'q or ' * self._has_keys}Ctrl-C ends"])
        if self._plain and self._has_keys:
            self.add(screen.keys(self.width))

    def add(self, lines: Iterable[str]) -> None:
        """More lines on this page."""
        for line in lines:
            click.echo(line, color=self._colour)

    def working(self, text: str) -> None:
        """A passing word; not worth a line of a log."""
        if not self._plain:
            click.echo(text)
