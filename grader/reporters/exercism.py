"""exercism's results.json, version 3: https://exercism.org/docs/building/tooling/test-runners"""

from __future__ import annotations

from typing import Any

from grader.reporters.words import GRADER_FAILED, dumped, pairs, picture, title, told
from grader.results import CheckResult, Outcome, Report

STATUS = {
    Outcome.PASSED: "pass",
    Outcome.FAILED: "fail",
    Outcome.NOT_REACHED: "fail",
    Outcome.ERROR: "error",
}
MAX_OUTPUT = 500


def render(report: Report) -> str:
    """Tasks are numbered within an exercise, so name one: `exercism:ex2`."""
    found: dict[str, Any] = {"version": 3, "status": STATUS[report.outcome], "message": None}
    if report.outcome is Outcome.ERROR:
        found["message"] = GRADER_FAILED
    found["tests"] = [_test(check) for _, check in pairs(report)]
    return dumped(found)


def _test(check: CheckResult) -> dict[str, Any]:
    test: dict[str, Any] = {"name": title(check), "status": STATUS[check.outcome]}
    if check.outcome is not Outcome.PASSED:
        text = "\n".join(picture(check))
        test["message"] = told(check)
        test["output"] = text if len(text) <= MAX_OUTPUT else f"{text[: MAX_OUTPUT - 1]}…"
    return test | {"task_id": check.task}
