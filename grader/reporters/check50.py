"""check50's JSON: https://cs50.readthedocs.io/projects/check50/en/latest/json_specification/"""

from __future__ import annotations

from typing import Any

from grader.reporters.words import cause, dumped, one_line, pairs, picture, title, told
from grader.results import CheckResult, Outcome, Report

VERSION = "3.3.11"  # the check50 whose format this is; its readers look at it
# Three-valued: None is neither the student's success nor their fault.
PASSED = {Outcome.PASSED: True, Outcome.FAILED: False}


def render(report: Report) -> str:
    """One result a check; each has all nine keys, because its readers demand them."""
    ids = "+".join(exercise.id for exercise in report.exercises)
    results = [_result(check) for _, check in pairs(report)]
    return dumped({"slug": f"afterwards/{ids}", "results": results, "version": VERSION})


def _result(check: CheckResult) -> dict[str, Any]:
    return {
        "name": one_line(check.id),
        "description": title(check),
        "passed": PASSED.get(check.outcome),
        "log": [] if check.outcome is Outcome.PASSED else picture(check),
        "cause": _cause(check),
        "data": {"points": check.points, "max_points": check.max_points},
        "dependency": None,
    }


def _cause(check: CheckResult) -> dict[str, str] | None:
    if check.outcome is Outcome.PASSED:
        return None
    found = {"rationale": cause(check), "help": told(check)}
    return found if check.outcome is not Outcome.ERROR else found | {"error": "grader"}
