"""Grade a submission: stage its files, run every check against a served app, add up a Report."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from grader import __version__
from grader.checks import Check, Checks, check_of
from grader.exercise import HOME, SUITES, Exercise, suite_files
from grader.manifest import BrokenManifest, Hidden, left_out
from grader.plugin import CHECKS
from grader.results import CheckResult, ExerciseResult, Outcome, Report
from grader.serving.bubblewrap import SandboxError
from grader.serving.host import WarmHost
from grader.serving.limits import LIMITS, Limits
from grader.serving.sandboxed import SandboxedServer
from grader.submission import Submission

NOT_RUN = "the run ended before this check"
Progress = Callable[[CheckResult], None]
OPTIONS = [
    "-c", os.devnull, "--rootdir", str(SUITES), "--noconftest", "--import-mode=importlib",
    "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:junitxml",
    "-p", "no:doctest", "-p", "no:unittest", "-p", "no:logging", "-p", "no:stepwise",
    "-p", "no:pastebin", "-p", "no:setuponly", "-p", "no:debugging", "--capture=no",
    "-p", "pytest_asyncio.plugin", "-p", "grader.plugin",
    "-o", "asyncio_mode=auto",
    "-o", "asyncio_default_fixture_loop_scope=session",
    "-o", "asyncio_default_test_loop_scope=session",
]  # fmt: skip  # a pytest that reads no configuration but this


class GradingError(Exception):
    """The grader failed as a whole; the text says why."""


def grade(
    submission: Submission,
    exercises: Mapping[str, Exercise],
    *,
    sandbox: bool = True,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> Report:
    """Run all checks of `exercises` on the submission.

    Args:
        sandbox: False serves the app without bubblewrap: only for a tree you trust.
        progress: called with each result as it comes.

    Raises SandboxError when the sandbox cannot be built, GradingError when pytest itself fails.
    """
    with _stage(submission, exercises) as stage:
        host = WarmHost(stage, limits, sandbox)
        try:
            run = _Run(host, submission, exercises, limits, progress)
            run.collect_and_run()
            run.host_error()
        finally:
            host.close()
    results = tuple(run.result(exercise) for exercise in exercises.values())
    return Report(
        path=str(submission.path),
        digest=submission.digest,
        suite_digest=suite_digest(exercises),
        sandbox="bubblewrap" if sandbox else "none",
        exercises=results,
        grader_version=__version__,
        notices=(
            *submission.notices,
            *(text for one in results for text in visible_only(one, absent(exercises[one.id]))),
        ),
    )


class _Run:
    """One pytest session over the suites, as a plugin of that session."""

    def __init__(
        self,
        host: WarmHost,
        submission: Submission,
        exercises: Mapping[str, Exercise],
        limits: Limits,
        progress: Progress | None,
    ) -> None:
        self._server = SandboxedServer(host, limits)
        files = {name: f"exercises/{name}/{e.editable[0]}" for name, e in exercises.items()}
        self._checks = Checks(self._server, files, limits, submission.problems)
        self._exercises = exercises
        self._progress = progress
        self._expected: list[Check] = []
        self._sandbox_error: SandboxError | None = None

    def collect_and_run(self) -> None:
        """Run pytest. Raises GradingError."""
        suites = [path for exercise in self._exercises.values() for path in suite_files(exercise)]
        words = io.StringIO()
        with _clean_environment(), contextlib.redirect_stdout(words):
            try:
                status = pytest.main([*OPTIONS, *map(str, suites)], plugins=[self])
            finally:
                self._server.close()
        self._complete()
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            raise GradingError(f"pytest ended with {status!r}:\n{words.getvalue()[-2000:]}")

    def _complete(self) -> None:
        """Half a suite is no verdict; only what a published tree left out may be missing."""
        for exercise in self._exercises.values():
            total = sum(check.points for check in self._expected if check.exercise == exercise.id)
            wanted = exercise.points - absent(exercise).points
            if total != wanted:
                raise GradingError(f"the suite of {exercise.id} has {total} points, not {wanted}")

    def host_error(self) -> None:
        """Raise what made the sandbox unusable, if anything did."""
        if self._sandbox_error is not None:
            raise self._sandbox_error

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand our checks, and so the sandboxed server, to the plugin."""
        config.stash[CHECKS] = self._checks

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Fix, before anything runs, which checks count."""
        self._expected = [check for item in items if (check := check_of(item))]

    def pytest_exception_interact(self, call: pytest.CallInfo[Any]) -> None:
        """A sandbox that breaks ends the run: it is nobody's mistake but ours."""
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, SandboxError):
            self._sandbox_error = error
            pytest.exit("the sandbox failed", returncode=1)

    def pytest_runtest_logfinish(self) -> None:
        """Report progress, once a check is over."""
        if self._progress and self._checks.results:
            self._progress(list(self._checks.results.values())[-1])

    def result(self, exercise: Exercise) -> ExerciseResult:
        """All expected checks of one exercise; one without a result has not passed."""
        checks = [check for check in self._expected if check.exercise == exercise.id]
        return ExerciseResult(exercise.id, exercise.title, tuple(map(self._result_of, checks)))

    def _result_of(self, check: Check) -> CheckResult:
        known = self._checks.results.get(check.id)
        if known is not None:
            return known
        return CheckResult(
            check.id,
            check.title,
            check.task,
            Outcome.ERROR,
            check.points,
            message=NOT_RUN,
            visible=check.visible,
        )


def absent(exercise: Exercise) -> Hidden:
    """The hidden checks that a published tree left out. Raises GradingError."""
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


@contextlib.contextmanager
def _stage(submission: Submission, exercises: Mapping[str, Exercise]) -> Iterator[Path]:
    """The folder that the sandbox sees: our own exercises package, with the student's files in."""
    root = Path(tempfile.mkdtemp(prefix="afterwards-stage-"))
    try:
        root.chmod(0o755)
        package = root / "exercises"
        package.mkdir()
        for name in ("__init__.py", "services.py"):
            shutil.copyfile(HOME / name, package / name)
        for exercise in exercises.values():
            folder = package / exercise.id
            folder.mkdir()
            for path in exercise.support:
                shutil.copyfile(path, folder / path.name)
            for name, data in submission.files.get(exercise.id, {}).items():
                (folder / name).write_bytes(data)
        (root / "guest").mkdir()
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def _clean_environment() -> Iterator[None]:
    """No plugin and no option comes in from outside."""
    before = {name: os.environ.pop(name, None) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")}
    before["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
