"""The report as JSON, schema `afterwards/report/v1`: what every other format is made from."""

from __future__ import annotations

import json
from typing import Any

from grader.results import SCHEMA, CheckResult, Report


def render(report: Report) -> str:
    """The whole report as JSON text, in ASCII, so that no reader trips over a student's text.

    `##[` is a command in a CI's log, wherever it stands; as an escape it is the same JSON.
    """
    return json.dumps(as_dict(report), indent=1).replace("##", "#\\u0023") + "\n"


def read(text: str) -> Report:
    """The report that `render` wrote, whoever edited it since. Raises NotAReport."""
    from grader.reporters.reading import read_report  # it takes a while to import

    return read_report(text)


def as_dict(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "schema": SCHEMA,
        "points": report.points,
        "max_points": report.max_points,
        "sandbox": report.sandbox,
        "exercises": [
            {
                "id": exercise.id,
                "title": exercise.title,
                "points": exercise.points,
                "max_points": exercise.max_points,
                "outcome": exercise.outcome.value,
                "checks": [_check(check) for check in exercise.checks],
            }
            for exercise in report.exercises
        ],
        "submission": {"path": report.path, "digest": report.digest},
        "suite_digest": report.suite_digest,
        "grader_version": report.grader_version,
        "notices": list(report.notices),
    }


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "task": check.task,
        "outcome": check.outcome.value,
        "points": check.points,
        "max_points": check.max_points,
        "message": check.message,
        "hint": check.hint,
        "timeline": list(check.timeline),
        "duration_s": check.duration_s,
        "visible": check.visible,
        "offending": list(check.offending),
        "missing": list(check.missing),
        "file": check.file,
        "line": check.line,
    }
