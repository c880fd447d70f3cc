"""The job summary on GitHub, in Markdown: points, then each failure with its timeline.

Student text stands in fences longer than any run of backticks in it, and elsewhere with every
character that Markdown or HTML could read written as a reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.reporters.words import GRADER_FAILED, cause, one_line, picture, score, title, told
from grader.results import CheckResult, ExerciseResult, Outcome, Report

MAX_BYTES = 1_000_000  # GitHub drops a summary above 1 MiB, and shows nothing of it
ROOM_FOR_NOTE = 500
SPECIAL = re.compile(r"[!-&*-+\--/:<-@\[-`{-~]")  # all of ASCII but digits, letters and '(),;
MARKS = {Outcome.PASSED: "✅", Outcome.FAILED: "❌", Outcome.ERROR: "⚠️"}


def render(report: Report) -> str:
    """As many blocks as GitHub takes, and a note where some are left out."""
    found, size, left = [], 0, 0
    for block in _blocks(report):
        size += len(block.encode())
        if size > MAX_BYTES - ROOM_FOR_NOTE:
            left += 1
        else:
            found.append(block)
    if left:
        found.append(f"{left} parts are left out here: GitHub takes 1 MB. The JSON has them.\n")
    return "\n".join(found)


def _blocks(report: Report) -> Iterator[str]:
    yield f"## {score(report.points, report.max_points)}\n"
    rows = "".join(map(_row, report.exercises))
    yield f"| | exercise | points | checks |\n|---|---|--:|--:|\n{rows}"
    if report.outcome is Outcome.ERROR:
        yield f"**{GRADER_FAILED}**\n"
    for notice in report.notices[:20]:
        yield f"> {_escaped(one_line(notice, 400))}\n"
    for exercise in report.exercises:
        yield from _exercise(exercise)


def _row(exercise: ExerciseResult) -> str:
    passed = sum(check.outcome is Outcome.PASSED for check in exercise.checks)
    return (
        f"| {MARKS[exercise.outcome]} | {exercise.id} {_escaped(one_line(exercise.title))}"
        f" | {exercise.points} of {exercise.max_points} | {passed} of {len(exercise.checks)} |\n"
    )


def _exercise(exercise: ExerciseResult) -> Iterator[str]:
    yield f"### {exercise.id} {_escaped(one_line(exercise.title))}\n"
    for check in exercise.checks:
        if check.outcome in (Outcome.FAILED, Outcome.ERROR):
            yield _failure(check)
    for outcome, words in ((Outcome.NOT_REACHED, "not reached"), (Outcome.PASSED, "passed")):
        checks = [check for check in exercise.checks if check.outcome is outcome]
        if checks:
            rows = "".join(map(_item, checks))
            yield f"<details><summary>{len(checks)} {words}</summary>\n\n{rows}\n</details>\n"


def _failure(check: CheckResult) -> str:
    where = f" in <code>{check.file}</code>" if check.file else ""
    where += f", line {check.line}" if where and check.line else ""
    legend = ["", "> is out of place, ? is missing", *picture(check)] if check.timeline else []
    text = "\n".join([*told(check).split("\n"), *legend])
    return (
        f"<details open><summary>{MARKS[check.outcome]} {_escaped(title(check))}"
        f" ({check.points} of {check.max_points}{where})</summary>\n\n{_fenced(text)}\n</details>\n"
    )


def _item(check: CheckResult) -> str:
    why = f": {_escaped(cause(check))}" if check.outcome is Outcome.NOT_REACHED else ""
    return f"- {_escaped(title(check))} ({check.points} of {check.max_points}){why}\n"


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def _escaped(text: str) -> str:
    """Text that is text: Markdown reads a character reference as the character and no more.

    Only what stands between two backticks, as names in titles do, becomes code.
    """
    text = SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)
    return re.sub(r"&#96;(.+?)&#96;", r"<code>\1</code>", text)
