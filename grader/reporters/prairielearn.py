"""PrairieLearn's results.json for external graders: https://docs.prairielearn.com/externalGrading/"""

from __future__ import annotations

from grader.reporters.words import GRADER_FAILED, dumped, one_line, pairs, title, told
from grader.results import Outcome, Report

MAX_BYTES = 1_000_000  # a larger file is no result at all


def render(report: Report) -> str:
    """A submission on which the grader itself failed is not gradable, and costs no attempt."""
    for limit in (4_000, 1_000, 100):
        text = _render(report, limit)
        if len(text) <= MAX_BYTES:
            break
    return text


def _render(report: Report, limit: int) -> str:
    gradable = report.outcome is not Outcome.ERROR
    found = {
        "gradable": gradable,
        "score": report.points / report.max_points if report.max_points else 0.0,
        "message": "" if gradable else GRADER_FAILED,
        "tests": [
            {
                "name": title(check),
                "description": one_line(f"{exercise.id} task {check.task}"),
                "points": check.points,
                "max_points": check.max_points,
                "message": told(check, limit),
            }
            for exercise, check in pairs(report)
        ],
    }
    return dumped(found)
