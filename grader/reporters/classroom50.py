"""Classroom 50's result.json, `classroom50/result/v1`: whole numbers, and who handed in what."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from grader.reporters import CannotRender
from grader.reporters.words import dumped, pairs, title, told
from grader.results import CheckResult, Outcome, Report

# Key in the result: the variables that Classroom 50's runner sets, the first that is there counts.
FROM_ENVIRONMENT = {
    "classroom": ("CLASSROOM",),
    "assignment": ("ASSIGNMENT",),
    "assignment_type": ("ASSIGNMENT_TYPE",),
    "owner": ("OWNER", "USERNAME"),
    "submission": ("SUBMISSION_TAG",),
    "commit": ("COMMIT_URL",),
    "release": ("RELEASE_URL",),
    "review": ("REVIEW_URL", "COMMIT_URL"),
}
TAG = re.compile(r"submit/(\d{4}-\d\d-\d\dT)([01]\d|2[0-3])-([0-5]\d)-([0-5]\d)Z-.+")


def render(report: Report, environ: Mapping[str, str] = os.environ) -> str:
    """The result. Raises CannotRender where the environment is not Classroom 50's."""
    known = {key: _first(environ, names) for key, names in FROM_ENVIRONMENT.items()}
    known["assignment_type"] = known["assignment_type"] or "individual"
    missing = [FROM_ENVIRONMENT[key][0] for key, value in known.items() if not value]
    if missing:
        raise CannotRender(
            f"not set: {', '.join(missing)}; Classroom 50's runner sets them, so start it there"
        )
    if not known["submission"].startswith("submit/"):
        raise CannotRender(
            f"SUBMISSION_TAG is {known['submission']!r}; it begins with submit/ in Classroom 50"
        )
    return dumped(
        {
            "schema": "classroom50/result/v1",
            **known,
            "datetime": _handed_in(known["submission"]),
            "score": report.points,
            "max-score": report.max_points,
            "tests": [_test(check) for _, check in pairs(report)],
        }
    )


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((environ[name] for name in names if environ.get(name)), "")


def _handed_in(tag: str) -> str:
    """When it was handed in: the tag says so, and says the same at the next regrade."""
    found = TAG.fullmatch(tag)
    if found is None:
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{found[1]}{found[2]}:{found[3]}:{found[4]}Z"


def _test(check: CheckResult) -> dict[str, Any]:
    test: dict[str, Any] = {
        "test-name": title(check),
        "passed": check.outcome is Outcome.PASSED,
        "score": check.points,
        "max-score": check.max_points,
    }
    return test if check.outcome is Outcome.PASSED else test | {"output": told(check)}
