"""Judge one app: grade it through the grader's front door, and keep how each check ended."""

from __future__ import annotations

import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.audit.apps import App
from grader.exercise import all_exercises
from grader.grading import grade
from grader.results import Outcome, Report
from grader.submission import read_submission


@dataclass(frozen=True, slots=True)
class Verdict:
    """How each check ended, in the order of the suite, and the words of those not passed."""

    outcomes: dict[str, Outcome]
    messages: dict[str, str]
    seconds: float = 0.0

    @property
    def failed(self) -> list[str]:
        """Names of the checks that did not pass, not reached ones included."""
        return [name for name, one in self.outcomes.items() if one is not Outcome.PASSED]

    def names(self, outcome: Outcome) -> list[str]:
        """Names of the checks that ended like this."""
        return [name for name, one in self.outcomes.items() if one is outcome]

    def as_data(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Verdict:
        """The inverse of `as_data`. Raises KeyError, TypeError or ValueError."""
        outcomes = {name: Outcome(word) for name, word in data["outcomes"].items()}
        return cls(outcomes, dict(data["messages"]), float(data["seconds"]))


def grade_source(source: bytes, exercise: str, sandbox: bool = True) -> Report:
    """Grade `source` as the app of one exercise."""
    chosen = {exercise: all_exercises()[exercise]}
    with tempfile.TemporaryDirectory(prefix="afterwards-audit-") as folder:
        target = Path(folder) / "exercises" / exercise
        target.mkdir(parents=True)
        (target / chosen[exercise].editable[0]).write_bytes(source)
        return grade(read_submission(Path(folder), chosen), chosen, sandbox=sandbox)


def judge(app: App, sandbox: bool = True) -> Verdict:
    """The verdict on one app."""
    began = time.monotonic()
    report = grade_source(app.source, app.exercise, sandbox)
    checks = {check.name: check for check in report.exercises[0].checks}
    return Verdict(
        {name: check.outcome for name, check in checks.items()},
        {name: check.message for name, check in checks.items() if check.message},
        round(time.monotonic() - began, 3),
    )
