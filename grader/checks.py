"""What a run knows about its checks: which are blocked, how each ended, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import pytest

from grader import exercise as exercises
from grader.cutting import plain_events
from grader.exercise import Exercise
from grader.expect import last_mismatch
from grader.failure import explain, printed, where_to_go
from grader.location import locate
from grader.pointing import point
from grader.results import CheckResult, Outcome
from grader.serving.app import Debugging, Served
from grader.serving.limits import LIMITS, Limits


class Server(Protocol):
    """Serves a file as an app; the mode of a run."""

    def serve(self, file: str, module: str) -> AbstractAsyncContextManager[Served]:
        """A fresh app. Raises AppStopped."""

    def close(self) -> None:
        """Let go of what is left."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check as its marker declares it."""

    id: str
    title: str
    task: int
    points: int
    requires: str | None
    exercise: str
    visible: bool


def check_of(item: pytest.Item) -> Check | None:
    """The check that a test item is; None when it has no check marker."""
    marker = item.get_closest_marker("check")
    if marker is None:
        return None
    exercise = item.path.parent.name
    document = (getattr(getattr(item, "function", None), "__doc__", None) or "").strip()
    name = item.name.removeprefix("test_")
    return Check(
        id=f"{exercise}/{name}",
        title=(document or item.name).splitlines()[0],
        task=marker.kwargs["task"],
        points=marker.kwargs.get("points", 0),
        requires=marker.kwargs.get("requires"),
        exercise=exercise,
        visible=item.path.name == f"test_{exercise}.py",
    )


class Checks:
    """The state of one run. A grading run sets `server`, `files` (the app of each
    exercise) and `missing` (why an exercise has none)."""

    def __init__(
        self,
        server: Server | None = None,
        files: Mapping[str, str] | None = None,
        limits: Limits = LIMITS,
        missing: Mapping[str, str] | None = None,
    ) -> None:
        self.debugging = Debugging()
        self._server = server
        self.files = files
        self.results: dict[str, CheckResult] = {}
        self._limits = limits
        self._spent: dict[str, float] = {}
        self._stopped: set[str] = set()
        self._missing = missing or {}

    @property
    def server(self) -> Server:
        """What serves the apps of this run: in process, unless a grading run brought its own."""
        if self._server is None:
            # Imported here: a grading run needs none of what an app is made of.
            from grader.serving.in_process import InProcessServer

            self._server = InProcessServer(self._limits, self.debugging)
        return self._server

    def blocker(self, check: Check) -> str | None:
        """Why this check need not run, or None."""
        if check.exercise in self._missing:
            return f"not reached: {self._missing[check.exercise]}"
        if check.exercise in self._stopped:
            return "not reached: the app does not start"
        if self._spent.get(check.exercise, 0.0) > self._limits.exercise_s:
            return f"not reached: {self._limits.exercise_s:g} s for {check.exercise} are used up"
        if check.requires:
            needed = self.results.get(f"{check.exercise}/{check.requires}")
            if needed is not None and needed.outcome is not Outcome.PASSED:
                return f"not reached: first make this one pass: {needed.title}"
        return None

    def result_of(self, check: Check, without: Outcome, why: str) -> CheckResult:
        """How a check ended; one that the run never came to, as `without` because of `why`."""
        known = self.results.get(check.id)
        if known is not None:
            return known
        return CheckResult(
            check.id,
            check.title,
            check.task,
            without,
            check.points,
            message=why,
            visible=check.visible,
        )

    def never_starts(self, exercise: str) -> None:
        """An app that did not start once is not started again."""
        self._stopped.add(exercise)

    def spend(self, exercise: str, seconds: float) -> None:
        """Count real time against the exercise's limit."""
        self._spent[exercise] = self._spent.get(exercise, 0.0) + seconds

    def note(
        self,
        check: Check,
        call: pytest.CallInfo[None],
        report: pytest.TestReport,
        served: Served | None,
    ) -> str | None:
        """Remember how a phase of a check ended; the text for a student when it failed."""
        known = self.results.get(check.id)
        took = (known.duration_s if known else 0.0) + call.duration
        if report.skipped:
            reason = str(call.excinfo.value) if call.excinfo else "not reached"
            self._set(check, Outcome.NOT_REACHED, took, reason, served)
            return None
        if call.excinfo is None:
            if report.when == "call":
                self._set(check, Outcome.PASSED, took, None, served)
            return None
        if known is not None and known.outcome is Outcome.FAILED:
            return None  # a teardown after a failure adds nothing
        return self._failed(check, call.excinfo.value, took, served)

    def _failed(
        self, check: Check, error: BaseException, took: float, served: Served | None
    ) -> str | None:
        timeline = served.desk.timeline if served else None
        text = explain(error, timeline)
        if text is None:
            why = f"the grader failed, not you: {type(error).__name__}: {error}"
            self._set(check, Outcome.ERROR, took, why[:500], served)
            return None
        exercise = exercise_of(check)
        where = where_to_go(exercise, check.task)
        message = text + (printed(served.output) if served else "")
        marks = point(last_mismatch.value, timeline) if timeline is not None else ((), ())
        self._set(
            check, Outcome.FAILED, took, message, served, where, marks, locate(exercise, text)
        )
        body = "\n".join(f"  {line}" for line in [*message.splitlines(), where])
        return f"{check.title}\n{body}"

    def _set(
        self,
        check: Check,
        outcome: Outcome,
        took: float,
        message: str | None,
        served: Served | None,
        hint: str | None = None,
        marks: tuple[tuple[int, ...], tuple[str, ...]] = ((), ()),
        place: tuple[str | None, int | None] = (None, None),
    ) -> None:
        timeline = plain_events(served.desk.timeline) if served is not None else ()
        self.results[check.id] = CheckResult(
            id=check.id,
            title=check.title,
            task=check.task,
            outcome=outcome,
            max_points=check.points,
            message=message,
            hint=hint,
            timeline=timeline,
            duration_s=round(took, 4),
            visible=check.visible,
            offending=tuple(index for index in marks[0] if index < len(timeline)),
            missing=marks[1],
            file=place[0],
            line=place[1],
        )


def exercise_of(check: Check) -> Exercise:
    """The exercise that a check belongs to."""
    return exercises.load(exercises.HOME / check.exercise)
