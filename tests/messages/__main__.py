"""`python -m tests.messages [ex1 | ex1/NAME …]`: write tests/messages/exN.txt, or a part, anew.

Read the difference as the student who made that mistake, then commit it.
"""

from __future__ import annotations

import sys

from grader.exercise import all_exercises
from tests.matrix import specimens
from tests.messages.table import FOLDER, messages, read, write


def main() -> None:
    """Run the wrong specimens named, those of the exercises named, or all."""
    for wanted in sys.argv[1:] or all_exercises():
        exercise, _, name = wanted.partition("/")
        apps = [app for app in specimens(exercise, "wrong") if name in ("", app.stem)]
        file = FOLDER / f"{exercise}.txt"
        sections = read(file) if name else {}
        for app, text in zip(apps, messages(apps, exercise), strict=True):
            sections[app.stem] = text
        write(file, sections)


if __name__ == "__main__":
    main()
