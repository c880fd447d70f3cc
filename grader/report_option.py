"""`pytest exercises/ex2 --report-html FILE`: the page of `grader.reporters.html` for a test run.

A plugin of its own, above reporters and `grader.plugin`, which must not know each other.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import __version__
from grader.checks import Check, check_of, exercise_of
from grader.plugin import CHECKS
from grader.results import CheckResult, ExerciseResult, Outcome, Report

NOT_RUN = "not reached: the run ended before this check"
EXPECTED = pytest.StashKey[list[Check]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--report-html`."""
    parser.getgroup("grader").addoption(
        "--report-html",
        metavar="FILE",
        help="also write the results as a page for a browser, with a picture of every check",
    )


def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuse, before anything runs, what could not be written."""
    file = session.config.getoption("--report-html")
    if not file:
        return
    if session.config.getoption("numprocesses", None):
        raise pytest.UsageError("--report-html does not work with -n: leave -n out")
    if Path(file).is_dir() or not Path(file).absolute().parent.is_dir():
        raise pytest.UsageError(f"--report-html: cannot write {file!r}; name a file in a folder")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fix which checks the page shows."""
    session.config.stash[EXPECTED] = [check for item in session.items if (check := check_of(item))]


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Write the page and say where it is."""
    file = config.getoption("--report-html")
    if not file:
        return
    from grader.reporters import html  # it takes a while to import, and most runs do without

    try:
        Path(file).write_text(html.render(_report(config)), encoding="utf-8")
    except OSError as error:
        terminalreporter.write_line(f"--report-html: cannot write {file!r}: {error.strerror}")
        return
    terminalreporter.write_line(f"the report is in {file}; open it in a browser")


def _report(config: pytest.Config) -> Report:
    expected = config.stash.get(EXPECTED, [])
    checks = config.stash[CHECKS]
    found: dict[str, list[CheckResult]] = {}
    for check in expected:
        result = checks.result_of(check, Outcome.NOT_REACHED, NOT_RUN)
        found.setdefault(check.exercise, []).append(result)
    titles = {check.exercise: exercise_of(check).title for check in expected}
    exercises = [ExerciseResult(name, titles[name], tuple(found[name])) for name in found]
    return Report(
        path=str(config.invocation_params.dir),
        digest="",
        suite_digest="",
        sandbox="none",
        exercises=tuple(exercises),
        grader_version=__version__,
        notices=("These are the checks of one pytest run; in class there are more.",),
    )
