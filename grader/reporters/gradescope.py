"""Gradescope's results.json: https://gradescope-autograders.readthedocs.io/en/latest/specs/"""

from __future__ import annotations

import math

from grader.reporters.words import GRADER_FAILED, dumped, one_line, pairs, score, title, told
from grader.results import Outcome, Report


def render(report: Report) -> str:
    """Every test has a score, and the sum is left to Gradescope. All text is plain text."""
    said = [score(report.points, report.max_points)]
    said += [GRADER_FAILED] if report.outcome is Outcome.ERROR else []
    said += [one_line(notice, 400) for notice in report.notices[:20]]
    # Hidden tests would hide the student's total until the grades are published.
    tests = [
        {
            "name": title(check),
            "number": f"{exercise.id}.{check.task}",
            "score": check.points,
            "max_score": check.max_points,
            "status": "passed" if check.outcome is Outcome.PASSED else "failed",
            "output": told(check),
            "output_format": "text",
            "tags": [exercise.id],
            "visibility": "visible",
        }
        for exercise, check in pairs(report)
    ]
    took = sum(check.duration_s for _, check in pairs(report))
    return dumped(
        {
            "score": report.points,
            "execution_time": math.ceil(took),
            "output": "\n".join(said),
            "output_format": "text",
            "stdout_visibility": "hidden",
            "tests": tests,
        }
    )
