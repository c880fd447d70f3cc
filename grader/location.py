"""Where in a student's file a failure came from, as far as its message tells."""

from __future__ import annotations

import re

from grader.exercise import Exercise

SYNTAX = re.compile(r"^\w+\.py has a syntax error in line (\d{1,6}):", re.MULTILINE | re.IGNORECASE)


def locate(exercise: Exercise, message: str) -> tuple[str, int | None]:
    """The file to look at, and the line where something was raised; None when nothing was.

    The innermost frame in the student's own file counts: tracebacks show no others. The message
    quotes what the app's process said, so the line is a pointer for its author and no evidence.
    """
    file = f"exercises/{exercise.id}/{exercise.editable[0]}"
    syntax = SYNTAX.search(message)
    frames = re.findall(
        rf'^ +File "(?:[^"\n]*/)?{re.escape(file)}", line (\d{{1,6}}),', message, re.MULTILINE
    )
    found = int(syntax[1]) if syntax else int(frames[-1]) if frames else 0
    return file, found or None
