"""One pytest session over one exercise's suites: every check against a served app, results out."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from grader.checks import Check, Checks, check_of
from grader.errors import GradingError
from grader.exercise import SUITES, Exercise, suite_files
from grader.expect import last_mismatch
from grader.plugin import CHECKS
from grader.results import CheckResult, ExerciseResult, Outcome
from grader.serving.bubblewrap import SandboxError
from grader.serving.host import WarmHost
from grader.serving.limits import Limits
from grader.serving.sandboxed import SandboxedServer
from grader.submission import Submission
from grader.suite_fault import in_a_line

NOT_RUN = "the run ended before this check"
TOO_MUCH = (
    "to look at what the app sent or saved takes the grader more memory than it has: a small file"
    " can unpack to gigabytes"
)
OPTIONS = [
    "-c", os.devnull, "--rootdir", str(SUITES), "--noconftest", "--import-mode=importlib",
    "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:junitxml",
    "-p", "no:doctest", "-p", "no:unittest", "-p", "no:logging", "-p", "no:stepwise",
    "-p", "no:unraisableexception", "-p", "no:threadexception",  # each collects garbage, 50 ms
    "-p", "no:pastebin", "-p", "no:setuponly", "-p", "no:debugging", "--capture=no",
    "-p", "pytest_asyncio.plugin", "-p", "grader.plugin",
    "-o", "asyncio_mode=auto",
    "-o", "asyncio_default_fixture_loop_scope=session",
    "-o", "asyncio_default_test_loop_scope=session",
]  # fmt: skip  # a pytest that reads no configuration but this


class Session:
    """Runs the checks of one exercise; a plugin of the pytest session that it starts.

    `points` is what those checks must come to. `tell` is called once before the first check, with
    the result as it would be without any, and then with each check's own.
    """

    def __init__(
        self,
        host: WarmHost,
        submission: Submission,
        exercise: Exercise,
        points: int,
        limits: Limits,
        tell: Callable[[ExerciseResult | CheckResult], None] = lambda _result: None,
    ) -> None:
        self._server = SandboxedServer(host, limits)
        file = f"exercises/{exercise.id}/{exercise.editable[0]}"
        self._checks = Checks(self._server, {exercise.id: file}, limits, submission.problems)
        self._exercise = exercise
        self._points = points
        self._expected: list[Check] = []
        self._tell = tell
        self._told: set[str] = set()
        self._sandbox_error: SandboxError | None = None
        self._broken: BaseException | None = None
        self._no_memory = False

    def run(self) -> ExerciseResult:
        """Run all checks.

        Raises GradingError, SandboxError when the sandbox broke, and MemoryError when there was not
        enough of it outside of any check.
        """
        words = io.StringIO()
        with _clean_environment(), contextlib.redirect_stdout(words):
            try:
                suites = map(str, suite_files(self._exercise))
                status = pytest.main([*OPTIONS, *suites], plugins=[self])
            finally:
                self._server.close()
        if self._no_memory:
            raise MemoryError
        self._complete()
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            raise GradingError(f"pytest ended with {status!r}:\n{words.getvalue()[-2000:]}")
        if self._sandbox_error is not None:
            raise self._sandbox_error
        return self._result(Outcome.ERROR)

    def _result(self, without: Outcome) -> ExerciseResult:
        checks = [self._checks.result_of(check, without, NOT_RUN) for check in self._expected]
        return ExerciseResult(self._exercise.id, self._exercise.title, tuple(checks))

    def _complete(self) -> None:
        """Half a suite is no verdict. Raises GradingError."""
        if self._broken is not None:
            raise GradingError(in_a_line(self._broken, self._exercise))
        total = sum(check.points for check in self._expected)
        if total != self._points:
            name = self._exercise.id
            raise GradingError(f"the suite of {name} has {total} points, not {self._points}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand our checks, and so the sandboxed server, to the plugin."""
        config.stash[CHECKS] = self._checks

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Fix, before anything runs, which checks count."""
        self._expected = [check for item in items if (check := check_of(item))]
        self._tell(self._result(Outcome.NOT_REACHED))

    def pytest_runtest_logfinish(self) -> None:
        """A check has come to its end, and so have its fixtures."""
        for name, result in self._checks.results.items():
            if name not in self._told:
                self._told.add(name)
                self._tell(result)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, None, None]:
        """Of what an honest app makes, nothing takes that much."""
        with contextlib.suppress(MemoryError):  # and let go of all that its frames held
            return (yield)
        last_mismatch.value = None
        raise AssertionError(TOO_MUCH)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Note that memory ran out between checks; pytest prints nothing of it then."""
        self._no_memory = self._no_memory or isinstance(excinfo.value, MemoryError)
        return self._no_memory

    def pytest_exception_interact(
        self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]
    ) -> None:
        """A suite that cannot be read is remembered. A sandbox that breaks ends the run: it is
        nobody's mistake but ours."""
        error = call.excinfo.value if call.excinfo else None
        if error is not None and isinstance(node, pytest.Collector):
            self._broken = self._broken or error.__cause__ or error
        if isinstance(error, SandboxError):
            self._sandbox_error = error
            pytest.exit("the sandbox failed", returncode=1)


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
