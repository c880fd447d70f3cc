"""Grade a submission: stage its files, have every exercise checked, add up a Report."""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from grader import __version__
from grader.errors import GradingError
from grader.exercise import Exercise, suite_files
from grader.results import ExerciseResult, Outcome, Report
from grader.serving.bubblewrap import PROCESSES, SandboxError
from grader.serving.host import WarmHost
from grader.serving.limits import LIMITS, Limits
from grader.stage import staged
from grader.submission import Submission

if TYPE_CHECKING:
    from grader.apart import Order
    from grader.manifest import Hidden


def grade(
    submission: Submission,
    exercises: Mapping[str, Exercise],
    *,
    sandbox: bool = True,
    limits: Limits = LIMITS,
    jobs: int = 0,
) -> Report:
    """Run all checks of `exercises` on the submission.

    Args:
        sandbox: False serves the app without bubblewrap: only for a tree you trust.
        jobs: how many exercises are graded at a time, each in a process of its own beside a fork
            of the warm host, and killed when overdue. Only a process without threads should fork.
            0, and everywhere but on Linux: one after another, in this process.

    Raises SandboxError when the sandbox cannot be built, GradingError when pytest itself fails.
    """
    with (
        staged(submission.files, exercises) as stage,
        _able_to_fork(),
        contextlib.ExitStack() as stack,
    ):
        first = WarmHost(stage, limits, sandbox)
        stack.callback(first.close)
        hidden = {name: absent(exercise) for name, exercise in exercises.items()}
        orders = [
            (submission, exercise, exercise.points - hidden[name].points, limits)
            for name, exercise in exercises.items()
        ]
        results = _run(first, orders, jobs)
    return Report(
        path=str(submission.path),
        digest=submission.digest,
        suite_digest=suite_digest(exercises),
        sandbox="bubblewrap" if sandbox else "none",
        exercises=results,
        grader_version=__version__,
        notices=(
            *submission.notices,
            *(text for one in results for text in visible_only(one, hidden[one.id])),
        ),
    )


@contextlib.contextmanager
def _able_to_fork() -> Iterator[None]:
    """Where the system starts no more processes, a SandboxError says so."""
    try:
        yield
    except BlockingIOError as error:  # EAGAIN: what fork says
        raise SandboxError(f"{error.strerror}: {PROCESSES}") from None


def _run(host: WarmHost, orders: list[Order], jobs: int) -> tuple[ExerciseResult, ...]:
    # Imported while the host warms up, as well: pytest takes about as long.
    if jobs and sys.platform == "linux":
        from grader.apart import run_apart

        twins = [host.twin() for _ in orders[1:]]
        return run_apart([host, *twins], orders, jobs)
    from grader.session import Session

    return tuple(Session(host, *order).run() for order in orders)


def absent(exercise: Exercise) -> Hidden:
    """The hidden checks that a published tree left out. Raises GradingError."""
    # Imported while the host warms up in a process of its own; it brings pydantic.
    from grader.manifest import BrokenManifest, left_out

    try:
        return left_out(exercise.id)
    except BrokenManifest as error:
        raise GradingError(str(error)) from None


def visible_only(result: ExerciseResult, hidden: Hidden) -> list[str]:
    """A notice that the points are those of the visible checks; none where all checks ran."""
    if not hidden.checks:
        return []
    passed = sum(check.outcome is Outcome.PASSED for check in result.checks)
    return [
        f"{result.id}: {passed} of {len(result.checks)} visible checks; {hidden.checks} hidden"
        f" checks, worth {hidden.points} points, run in class"
    ]


def suite_digest(exercises: Mapping[str, Exercise]) -> str:
    """`sha256:<hex>` over the suites that graded."""
    total = hashlib.sha256()
    for exercise in exercises.values():
        for path in suite_files(exercise):
            total.update(path.read_bytes())
    return f"sha256:{total.hexdigest()}"
