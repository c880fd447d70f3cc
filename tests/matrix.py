"""Grade specimens: what each app of tests/specimens/exN/{correct,wrong}/ earns, check by check."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from grader.exercise import all_exercises
from grader.grading import grade
from grader.results import Outcome, Report
from grader.submission import read_submission

SPECIMENS = Path(__file__).parent / "specimens"


def specimens(exercise: str, kind: str) -> list[Path]:
    """The specimen files of one exercise; `kind` is `correct` or `wrong`."""
    return sorted((SPECIMENS / exercise / kind).glob("*.py"))


def grade_app(app: Path, exercise: str, sandbox: bool = True) -> Report:
    """Grade one file as the app of one exercise, through the grader's own front door."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "exercises" / exercise
        target.mkdir(parents=True)
        (target / "app.py").write_bytes(app.read_bytes())
        chosen = {exercise: all_exercises()[exercise]}
        return grade(read_submission(Path(folder), chosen), chosen, sandbox=sandbox)


def failed(report: Report) -> list[str]:
    """Names of the checks that did not pass, without the exercise."""
    checks = report.exercises[0].checks
    return [c.id.split("/")[1] for c in checks if c.outcome is not Outcome.PASSED]


def declared_tasks(app: Path) -> set[int]:
    """The tasks a wrong specimen says it fails: `task: 2`, `also: 3, 4` in its docstring."""
    text = app.read_text(encoding="utf-8").split('"""')[1]
    numbers = re.findall(r"^(?:task|also):([\d, ]+)", text, re.MULTILINE)
    return {int(number) for line in numbers for number in re.findall(r"\d+", line)}
