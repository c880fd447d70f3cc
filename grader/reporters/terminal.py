"""The report for a person at a terminal. Every line of student text is indented and escaped."""

from __future__ import annotations

from collections.abc import Iterator

from grader.results import CheckResult, ExerciseResult, Outcome, Report
from grader.text import visible

MARKS = {
    Outcome.PASSED: "ok  ",
    Outcome.FAILED: "FAIL",
    Outcome.NOT_REACHED: "-   ",
    Outcome.ERROR: "!   ",
}


def render(report: Report, verbose: bool = False) -> str:
    """The report as text: failures in full, passes only when `verbose`."""
    lines = [line for exercise in report.exercises for line in _exercise(exercise, verbose)]
    lines += [f"note: {visible(notice)}" for notice in report.notices]
    if report.sandbox == "none":
        lines.append("note: graded without a sandbox; do not do this to other people's code")
    if report.outcome is Outcome.ERROR:
        lines.append(
            "The grader itself failed in the checks marked with !; that is not your fault."
        )
    lines.append(f"{report.points} of {report.max_points} points")
    return "\n".join(lines) + "\n"


def _exercise(exercise: ExerciseResult, verbose: bool) -> Iterator[str]:
    passed = sum(check.outcome is Outcome.PASSED for check in exercise.checks)
    yield (
        f"{exercise.id}  {exercise.title}: {exercise.points} of {exercise.max_points} points,"
        f" {passed} of {len(exercise.checks)} checks"
    )
    for check in exercise.checks:
        if check.outcome is not Outcome.PASSED or verbose:
            yield from _check(check)


def _check(check: CheckResult) -> Iterator[str]:
    points = f"{check.points}/{check.max_points}"
    yield f"  {MARKS[check.outcome]} {points:>4}  {check.title}"
    if check.message:
        for line in visible(check.message).splitlines():
            yield f"            {line}"
    if check.hint:
        yield f"            {check.hint}"
