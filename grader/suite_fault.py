"""A suite that Python cannot read is nobody's mistake but its author's: in which line, and why."""

from __future__ import annotations

import ast
import traceback
from pathlib import Path

from grader.exercise import ROOT, SUITES, Exercise, suite_files

MAX_CHARS = 300


def fault_of(exercise: Exercise) -> str | None:
    """The first syntax error in the suite of an exercise, in a line; None where there is none."""
    for path in suite_files(exercise):
        try:
            ast.parse(path.read_bytes(), str(path))
        except (SyntaxError, ValueError) as error:
            return in_a_line(error, exercise)
    return None


def in_a_line(error: BaseException, exercise: Exercise) -> str:
    """File and line of the suite where this was raised, and what it was."""
    what = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError) and error.filename is not None:
        place = f"{_name(Path(error.filename))}, line {error.lineno}"
        what = f"{type(error).__name__}: {error.msg}"
    else:
        suites = {str(path) for path in suite_files(exercise)}
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if frame.filename in suites]
        place = f"the suite of {exercise.id}"
        if ours:
            place = f"{_name(Path(ours[-1].filename))}, line {ours[-1].lineno}"
    return f"{place}: {' '.join(what.split())[:MAX_CHARS]}"


def _name(file: Path) -> str:
    """The file as it is called in its tree."""
    for root in (ROOT, SUITES.parents[1]):
        if file.is_relative_to(root):
            return file.relative_to(root).as_posix()
    return file.name
