"""What reporters share: a check in bounded words that no log, page or terminal trips over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from grader.drawing.words import at_of, kind_of, seconds, short
from grader.reporters.page.message import parse
from grader.results import CheckResult, ExerciseResult, Outcome, Report
from grader.text import lines, no_command, visible

MAX_TITLE, MAX_TOLD, MAX_EVENTS = 200, 4_000, 40
GRADER_FAILED = "The grader itself failed in some checks; that is not your fault."


def pairs(report: Report) -> Iterator[tuple[ExerciseResult, CheckResult]]:
    """Every check with its exercise, in order."""
    for exercise in report.exercises:
        for check in exercise.checks:
            yield exercise, check


def one_line(text: str, limit: int = MAX_TITLE) -> str:
    """Text as one line of visible characters."""
    line = " ".join(visible(text[: limit * 4]).split())
    return _cut(no_command(line), limit)  # once more: split takes blanks away


def title(check: CheckResult) -> str:
    """The title; never empty, because several venues refuse a test without a name."""
    return one_line(check.title) or one_line(check.id)


def cause(check: CheckResult) -> str:
    """Why the check has no points, in one line; empty when it has."""
    if check.outcome is Outcome.PASSED:
        return ""
    sentence = parse(check.message).cause or check.message or "no reason is known"
    return one_line(sentence, 400)


def told(check: CheckResult, limit: int = MAX_TOLD) -> str:
    """Message and hint, as lines; empty when the check passed. The hint is never cut off."""
    if check.outcome is Outcome.PASSED:
        return ""
    message = (check.message or "")[: limit + 1]  # before it is made visible: that takes time
    hint = one_line(check.hint or "")
    text = _cut("\n".join(lines(message)), max(limit - len(hint), 1))
    return "\n".join(part for part in (text, hint) if part)


def picture(check: CheckResult) -> list[str]:
    """The timeline, one event a line; `>` marks what is out of place, `?` what is missing."""
    bad = set(check.offending)
    rows = [
        f"{'>' if index in bad else ' '} {seconds(at_of(event)):>8}  "
        + one_line(f"{kind_of(event)}  {short(event)}", 120)
        for index, event in enumerate(check.timeline[:MAX_EVENTS])
    ]
    left = len(check.timeline) - MAX_EVENTS
    rows += [f"{'':12}{left} more"] if left > 0 else []
    return rows + [f"? {'':8}  {one_line(kind, 120)} did not follow" for kind in check.missing[:10]]


def score(points: int, max_points: int) -> str:
    """`2 of 25 points`."""
    return f"{points} of {max_points} point{'' if max_points == 1 else 's'}"


def dumped(value: Any) -> str:
    """JSON in ASCII with a line end: no reader trips over a student's text."""
    return json.dumps(value, indent=1, allow_nan=False) + "\n"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
