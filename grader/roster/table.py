"""Many reports, one CSV table. A submission that could not be graded has no points, not 0."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from grader.notebook import open_own
from grader.reporters.reading import MAX_CHARS, NotAReport, read_report
from grader.reporters.words import one_line
from grader.results import Outcome
from grader.roster.students import Student

FORMULA = tuple("=+-@＝＋－＠")  # a spreadsheet would run what begins like that
MAX_CELL = 32_000  # a spreadsheet takes 32,767 characters


def table(students: Iterable[Student], folder: Path, exercises: Iterable[str]) -> str:
    """A line for each student from `folder`/NAME.json, or the reason in `folder`/NAME.txt."""
    names = list(exercises)
    fields = ["name", "repository", "points", "max_points", *names]
    fields += ["outcome", "reason", "notices", "submission", "suite"]
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, restval="", lineterminator="\n")
    writer.writeheader()
    for student in students:
        row = {
            "name": student.name,
            "repository": student.repository,
            **_row(student, folder, names),
        }
        writer.writerow({key: _cell(value) for key, value in row.items() if key in fields})
    return out.getvalue()


def _row(student: Student, folder: Path, names: Collection[str]) -> Mapping[str, object]:
    try:
        report = read_report(_text(folder / f"{student.name}.json"))
    except FileNotFoundError:
        return {"outcome": "error", "reason": _reason(folder / f"{student.name}.txt")}
    except NotAReport as error:
        return {"outcome": "error", "reason": f"the report cannot be read: {error}"}
    except OSError as error:
        return {"outcome": "error", "reason": f"the report cannot be read: {error.strerror}"}
    row: dict[str, object] = {
        "outcome": report.outcome.value,
        "notices": " | ".join(report.notices),
        "submission": report.digest,
        "suite": report.suite_digest,
    }
    if report.outcome is Outcome.ERROR:
        return {**row, "reason": "the grader failed in some checks"}
    known = {one.id: one for one in report.exercises if one.id in names}
    row["points"] = sum(one.points for one in known.values())
    row["max_points"] = sum(one.max_points for one in known.values())
    return {**row, **{name: one.points for name, one in known.items()}}


def _reason(file: Path) -> str:
    try:
        lines = _text(file).strip().splitlines()
    except FileNotFoundError:
        return f"no report: there is no {file.stem}.json, and no {file.name} that says why"
    except OSError as error:
        return f"no report, and its note cannot be read: {error.strerror}"
    return lines[-1] if lines else "no report, and no reason"


def _text(file: Path) -> str:
    """The text of a plain file, cut where no report is that long. Raises OSError."""
    with open(open_own(file, os.O_RDONLY), encoding="utf-8", errors="replace") as opened:
        return opened.read(MAX_CHARS + 1)


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = one_line(value, MAX_CELL)
    return f"'{text}" if text.startswith(FORMULA) else text
