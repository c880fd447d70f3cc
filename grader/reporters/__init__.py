"""One module a format: `render(report) -> text`, all from the same Report.

A format is chosen by name, such as `junit`; `junit:ex2` narrows the report to one exercise first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from grader.results import Report

# One line a reporter. A module is imported when its name is asked for.
REPORTERS = {
    "check50": "grader.reporters.check50",
    "classroom": "grader.reporters.classroom",
    "classroom50": "grader.reporters.classroom50",
    "ctrf": "grader.reporters.ctrf",
    "exercism": "grader.reporters.exercism",
    "github-annotations": "grader.reporters.github_annotations",
    "github-summary": "grader.reporters.github_summary",
    "gradescope": "grader.reporters.gradescope",
    "html": "grader.reporters.html",
    "json": "grader.reporters.json",
    "junit": "grader.reporters.junit",
    "prairielearn": "grader.reporters.prairielearn",
    "terminal": "grader.reporters.terminal",
    "xunit2": "grader.reporters.xunit2",
}


class CannotRender(Exception):
    """The report cannot be written in this format; the text says why and what to do instead."""


def reporter(name: str) -> Callable[[Report], str]:
    """The reporter of this name, or `NAME:EXERCISE`. Raises CannotRender on an unknown name."""
    plain, _, exercise = name.partition(":")
    module = REPORTERS.get(plain)
    if module is None:
        raise CannotRender(f"no reporter {plain!r}; there are {', '.join(REPORTERS)}")
    render: Callable[[Report], str] = import_module(module).render
    if not exercise:
        return render
    return lambda report: render(only(report, exercise))


def only(report: Report, exercise: str) -> Report:
    """The report on one exercise. Raises CannotRender when it was not graded."""
    found = tuple(one for one in report.exercises if one.id == exercise)
    if not found:
        graded = ", ".join(one.id for one in report.exercises) or "none"
        raise CannotRender(f"no exercise {exercise!r} in this report; there are {graded}")
    return replace(report, exercises=found)
