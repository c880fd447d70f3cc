"""The Common Test Report Format: https://ctrf.io"""

from __future__ import annotations

from typing import Any

from grader.reporters.words import cause, dumped, pairs, title, told
from grader.results import CheckResult, ExerciseResult, Outcome, Report

STATUS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.NOT_REACHED: "skipped",
    Outcome.ERROR: "other",
}


def render(report: Report) -> str:
    """Points are labels of each test. A report knows no time of day, so the run starts at 0."""
    tests = [_test(exercise, check) for exercise, check in pairs(report)]
    found = [test["status"] for test in tests]
    summary = {"tests": len(tests), "pending": 0}
    summary |= {status: found.count(status) for status in STATUS.values()}
    summary |= {"start": 0, "stop": sum(test["duration"] for test in tests)}
    return dumped(
        {
            "reportFormat": "CTRF",
            "specVersion": "1.0.0",
            "results": {
                "tool": {"name": "afterwards", "version": report.grader_version},
                "summary": summary,
                "tests": tests,
                "extra": {"points": report.points, "max_points": report.max_points},
            },
        }
    )


def _test(exercise: ExerciseResult, check: CheckResult) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": title(check),
        "status": STATUS[check.outcome],
        "duration": round(check.duration_s * 1000),
        "suite": [exercise.id],
        "labels": {"id": check.id, "points": check.points, "max_points": check.max_points},
    }
    if check.outcome is not Outcome.PASSED:
        test |= {"message": cause(check), "trace": told(check)}
    if check.file:
        test["filePath"] = check.file
    if check.line:
        test["line"] = check.line
    return test
