"""Short names for what tests of single specimens need; the audit itself is in grader/audit/."""

from __future__ import annotations

from pathlib import Path

from grader.audit.apps import Kind, read_app
from grader.audit.judging import grade_source
from grader.audit.places import Places, specimens_of
from grader.exercise import all_exercises
from grader.results import Outcome, Report

EXERCISES = all_exercises()
SPECIMENS = specimens_of(EXERCISES["ex1"]).parent


def specimens(exercise: str, kind: str) -> list[Path]:
    """The specimen files of one exercise; `kind` is `correct` or `wrong`."""
    return Places().specimens(EXERCISES[exercise], Kind(kind))


def grade_app(app: Path, exercise: str, sandbox: bool = True) -> Report:
    """Grade one file as the app of one exercise."""
    return grade_source(app.read_bytes(), exercise, sandbox)


def failed(report: Report) -> list[str]:
    """Names of the checks that did not pass, without the exercise."""
    checks = report.exercises[0].checks
    return [c.name for c in checks if c.outcome is not Outcome.PASSED]


def declared_tasks(app: Path) -> set[int]:
    """The tasks in which a wrong specimen says that it fails, or may fail."""
    wrong = read_app(EXERCISES["ex1"], Kind.WRONG, app)
    return {*wrong.main, *wrong.also, *wrong.may}
