"""Many reports, one CSV table. A submission that could not be graded has no points, not 0."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.results import SCHEMA
from grader.roster.students import Student
from grader.text import visible

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins like that
NOT_FETCHED = "no report: the repository could not be fetched"


def table(students: Iterable[Student], folder: Path, exercises: Iterable[str]) -> str:
    """A line for each student from `folder`/NAME.json, or the reason in `folder`/NAME.txt."""
    names = list(exercises)
    fields = ["name", "repository", "points", "max_points", *names]
    fields += ["outcome", "reason", "notices", "submission", "suite"]
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, restval="", lineterminator="\n")
    writer.writeheader()
    for student in students:
        row = {"name": student.name, "repository": student.repository, **_row(student, folder)}
        writer.writerow({key: _cell(value) for key, value in row.items() if key in fields})
    return out.getvalue()


def _row(student: Student, folder: Path) -> Mapping[str, object]:
    try:
        report = json.loads((folder / f"{student.name}.json").read_bytes())
        if report["schema"] != SCHEMA:
            return {"outcome": "error", "reason": f"a report of another schema, not {SCHEMA}"}
        return dict(_graded(report))
    except FileNotFoundError:
        return {"outcome": "error", "reason": _reason(folder / f"{student.name}.txt")}
    except (ValueError, KeyError, TypeError):
        return {"outcome": "error", "reason": "the report is broken"}


def _graded(report: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    outcomes = [exercise["outcome"] for exercise in report["exercises"]]
    yield "notices", " | ".join(report["notices"])
    yield "submission", report["submission"]["digest"]
    yield "suite", report["suite_digest"]
    if "error" in outcomes:
        yield "outcome", "error"
        yield "reason", "the grader failed in some checks"
        return
    yield "outcome", "passed" if set(outcomes) == {"passed"} else "failed"
    yield "points", report["points"]
    yield "max_points", report["max_points"]
    for exercise in report["exercises"]:
        yield exercise["id"], exercise["points"]


def _reason(file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except FileNotFoundError:
        return NOT_FETCHED
    return lines[-1] if lines else "no report, and no reason"


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = visible(value)
    return f"'{text}" if text.startswith(FORMULA) else text
