"""One runner's result for GitHub Classroom's grading reporter: JSON as base64, one line.

The reporter adds up `score` for the dashboard, but in its log it counts passed tests and multiplies
their share by `max_score`. Both are right when every test is worth the same, so a check of three
points is three tests of one.
"""

from __future__ import annotations

import base64
import json
import math
from typing import Any

from grader.reporters import CannotRender
from grader.reporters.words import pairs, title, told
from grader.results import CheckResult, Outcome, Report

# The result travels in one environment string, which Linux bounds at 131,071 bytes, name included.
MAX_BYTES = 130_000
MAX_TESTS = 300
STATUS = {
    Outcome.PASSED: "pass",
    Outcome.FAILED: "fail",
    Outcome.NOT_REACHED: "fail",
    Outcome.ERROR: "error",
}


def render(report: Report) -> str:
    """All exercises as one runner; `classroom:ex2` is one exercise as a runner of its own."""
    for limit in (2_000, 500, 100, 0):
        text = _encoded(report, limit)
        if len(text) <= MAX_BYTES:
            return f"{text}\n"
    raise CannotRender("the result is too large; write one exercise at a time: classroom:ex1")


def _encoded(report: Report, limit: int) -> str:
    unit = math.gcd(*(check.max_points for _, check in pairs(report)))
    if not unit:  # the reporter skips what is worth nothing, and shows NaN where there is no test
        raise CannotRender("the checks in this report are worth no points; there is no grade")
    if report.max_points // unit > MAX_TESTS:
        raise CannotRender(f"{report.max_points // unit} tests are too many; at most {MAX_TESTS}")
    tests = [test for _, check in pairs(report) for test in _tests(check, unit, limit)]
    result = {
        "version": 1,
        "status": STATUS[report.outcome],
        "max_score": report.max_points,
        "tests": tests,
    }
    return base64.b64encode(json.dumps(result).encode()).decode()


def _tests(check: CheckResult, unit: int, limit: int) -> list[dict[str, Any]]:
    """As many equal tests as the check has units; the first one carries the words."""
    count = check.max_points // unit
    return [
        {
            "name": title(check) + (f" (part {part} of {count})" if part > 1 else ""),
            "status": STATUS[check.outcome],
            "score": unit if check.outcome is Outcome.PASSED else 0,
            # Students see `message` of an error only, and `test_code` always.
            "message": told(check, limit) if limit and part == 1 else "",
            "test_code": told(check, limit) if limit and part == 1 else "",
            "filename": check.file or "",
            "line_no": check.line or 0,
        }
        for part in range(1, count + 1)
    ]
