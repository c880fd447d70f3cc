"""What a watcher knows: the last verdict on each exercise, and what changed with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from grader.exercise import Exercise
from grader.results import CheckResult, ExerciseResult, Outcome

BAD = (Outcome.FAILED, Outcome.ERROR)


@dataclass(frozen=True, slots=True)
class Change:
    """Checks whose outcome is another than at the save before."""

    now_pass: tuple[CheckResult, ...] = ()
    now_fail: tuple[CheckResult, ...] = ()


@dataclass(slots=True)
class Board:
    """Verdicts by exercise, and which failure the student looks at."""

    verdicts: dict[str, ExerciseResult] = field(default_factory=dict)
    looking_at: str | None = None  # the id of a check

    def put(self, exercise: Exercise, results: Iterable[CheckResult]) -> Change:
        """Take a new verdict. The failure that is looked at stays, until it passes."""
        before = self.verdicts.get(exercise.id)
        verdict = ExerciseResult(exercise.id, exercise.title, tuple(results))
        self.verdicts[exercise.id] = verdict
        if self.looking_at not in {check.id for check in failures(verdict)}:
            self.looking_at = None
        return _change(before, verdict)

    def failure(self, exercise: Exercise) -> CheckResult | None:
        """The one failure to look at: the chosen one, or the first."""
        verdict = self.verdicts.get(exercise.id)
        failed = failures(verdict) if verdict else []
        chosen = [check for check in failed if check.id == self.looking_at]
        return next(iter(chosen or failed), None)

    def look_at_the_next(self, exercise: Exercise) -> None:
        """Move on to the failure after the one that is looked at; from the last to the first."""
        verdict = self.verdicts.get(exercise.id)
        failed = failures(verdict) if verdict else []
        now = self.failure(exercise)
        if now is not None:
            self.looking_at = failed[(failed.index(now) + 1) % len(failed)].id


def failures(verdict: ExerciseResult) -> list[CheckResult]:
    """What failed, in the order of the page."""
    return [check for check in verdict.checks if check.outcome in BAD]


def _change(before: ExerciseResult | None, now: ExerciseResult) -> Change:
    if before is None:
        return Change()
    had = {check.id: check.outcome is Outcome.PASSED for check in before.checks}
    changed = [
        check
        for check in now.checks
        if check.id in had and had[check.id] is not (check.outcome is Outcome.PASSED)
    ]
    return Change(
        tuple(check for check in changed if check.outcome is Outcome.PASSED),
        tuple(check for check in changed if check.outcome is not Outcome.PASSED),
    )
