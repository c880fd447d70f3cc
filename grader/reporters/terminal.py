"""The report for a person at a terminal. Every line of student text is indented and escaped."""

from __future__ import annotations

from collections.abc import Iterator

from grader.reporters.words import one_line, title
from grader.results import CheckResult, ExerciseResult, Outcome, Report
from grader.text import lines

MARKS = {
    Outcome.PASSED: "ok  ",
    Outcome.FAILED: "FAIL",
    Outcome.NOT_REACHED: "-   ",
    Outcome.ERROR: "!   ",
}


def render(report: Report, verbose: bool = False) -> str:
    """The report as text: failures in full, passes only when `verbose`."""
    out = [line for exercise in report.exercises for line in _exercise(exercise, verbose)]
    out += [f"note: {' '.join(lines(notice))}" for notice in report.notices]
    if report.sandbox == "none":
        out.append("note: graded without a sandbox; do not do this to other people's code")
    if report.outcome is Outcome.ERROR:
        out.append("The grader itself failed in the checks marked with !; that is not your fault.")
    out.append(f"{report.points} of {report.max_points} points")
    return "\n".join(out) + "\n"


def _exercise(exercise: ExerciseResult, verbose: bool) -> Iterator[str]:
    passed = sum(check.outcome is Outcome.PASSED for check in exercise.checks)
    yield (
        f"{exercise.id}  {one_line(exercise.title)}: {exercise.points} of {exercise.max_points}"
        f" points, {passed} of {len(exercise.checks)} checks"
    )
    for check in exercise.checks:
        if check.outcome is not Outcome.PASSED or verbose:
            yield from _check(check)


def _check(check: CheckResult) -> Iterator[str]:
    points = f"{check.points}/{check.max_points}"
    yield f"  {MARKS[check.outcome]} {points:>4}  {title(check)}"
    if check.message:
        for line in lines(check.message):
            yield f"            {line}"
    if check.hint:
        yield f"            {one_line(check.hint)}"
