"""The verdict as plain values: Outcome, CheckResult, ExerciseResult, Report. Knows no format."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SCHEMA = "afterwards/report/v1"


class Outcome(StrEnum):
    """How a check ended. `error` is the grader's own fault and never blamed on the student."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not_reached"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: `id` is `ex1/mail_after_response`; times in seconds; points are whole numbers."""

    id: str
    title: str
    task: int
    outcome: Outcome
    max_points: int
    message: str | None = None
    hint: str | None = None
    timeline: tuple[dict[str, Any], ...] = ()
    duration_s: float = 0.0
    visible: bool = False
    offending: tuple[int, ...] = ()  # indexes in `timeline` of what should not be where it is
    missing: tuple[str, ...] = ()  # kinds of events that were expected to follow and did not
    file: str | None = None  # the student's file to look at, from the root of the repository
    line: int | None = None  # the line in `file` where something was raised; None: not known

    @property
    def name(self) -> str:
        """The id without its exercise."""
        return self.id.partition("/")[2]

    @property
    def points(self) -> int:
        """Full points for a pass, none otherwise."""
        return self.max_points if self.outcome is Outcome.PASSED else 0


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """All checks of one exercise, in the order of the suite."""

    id: str
    title: str
    checks: tuple[CheckResult, ...]

    @property
    def points(self) -> int:
        """Points earned."""
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        """Points that could be earned."""
        return sum(check.max_points for check in self.checks)

    @property
    def outcome(self) -> Outcome:
        """`error` when the grader failed somewhere, `passed` when every check passed."""
        outcomes = {check.outcome for check in self.checks}
        if Outcome.ERROR in outcomes:
            return Outcome.ERROR
        return Outcome.PASSED if outcomes == {Outcome.PASSED} else Outcome.FAILED


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on one submission. `digest` and `suite_digest` are `sha256:<hex>`."""

    path: str
    digest: str
    suite_digest: str
    sandbox: str
    exercises: tuple[ExerciseResult, ...]
    grader_version: str
    notices: tuple[str, ...] = field(default=())

    @property
    def points(self) -> int:
        """Points earned over all graded exercises."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_points(self) -> int:
        """Points that could be earned over all graded exercises."""
        return sum(exercise.max_points for exercise in self.exercises)

    @property
    def outcome(self) -> Outcome:
        """`error`, `passed` (full marks) or `failed`."""
        outcomes = {exercise.outcome for exercise in self.exercises}
        if Outcome.ERROR in outcomes:
            return Outcome.ERROR
        return Outcome.PASSED if outcomes == {Outcome.PASSED} else Outcome.FAILED
