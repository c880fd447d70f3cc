"""pytest meets the house: options, the check marker, fixtures, and the text of a failure.

pytest exercises/ex2                             your app, in process
pytest exercises/ex2 --app solutions/ex2/app.py  another file
"""

from __future__ import annotations

import time
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from grader import exercise as exercises
from grader.checks import Checks, check_of
from grader.exercise import Exercise
from grader.expect import last_mismatch
from grader.fakes.clock import FakeClock
from grader.fakes.mailer import FakeMailer
from grader.fakes.storage import FakeStorage
from grader.fakes.web import FakeWeb
from grader.remembering import remembering
from grader.serving.app import AppStopped, Served
from grader.timeline import MAX_EVENTS, Timeline

SERVED = pytest.StashKey[Served]()
CHECKS = pytest.StashKey[Checks]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--app`."""
    group = parser.getgroup("grader", "exercises that grade themselves")
    group.addoption(
        "--app",
        metavar="FILE",
        help="check this file in place of the exercise's app.py",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and, unless a grading run brought its own, the in-process server."""
    config.addinivalue_line(
        "markers", "check(task, points, requires=None): a check of an exercise, see grader.plugin"
    )
    checks = config.stash.setdefault(CHECKS, Checks())
    memory = remembering(config, checks)
    if memory is not None:
        config.pluginmanager.register(memory)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Name a file given with --app that is not there, before anything runs."""
    path = config.getoption("--app")
    if path and not Path(path).is_file():
        raise pytest.UsageError(f"--app: no such file: {path!r}")
    return None


def pytest_enter_pdb(config: pytest.Config) -> None:
    """No deadline runs out while you look around in the debugger."""
    config.stash[CHECKS].debugging.active = True


def pytest_leave_pdb(config: pytest.Config) -> None:
    """Deadlines count again."""
    config.stash[CHECKS].debugging.active = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Checks run in the order of the page, also where a plugin shuffles tests: they build on each
    other. A warning in a student's app is shown and no more, whatever a project is strict about."""
    places = [place for place, item in enumerate(items) if check_of(item) is not None]
    checks = [items[place] for place in places]
    suites = list(dict.fromkeys(item.path for item in checks))
    checks.sort(key=lambda item: (suites.index(item.path), item.location[1] or 0))
    for place, item in zip(places, checks, strict=True):
        items[place] = item
        item.add_marker(pytest.mark.filterwarnings("default"))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """So is one of what an app left behind: a coroutine that nobody awaited warns when it goes."""
    if session.config.stash[CHECKS].results:
        warnings.simplefilter("default")


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """It may go as late as that, when the summary is out and a warning would puzzle."""
    if config.stash[CHECKS].results:
        warnings.simplefilter("ignore")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a check that another one, or an app that does not start, has made pointless."""
    check = check_of(item)
    if check is None:
        return
    last_mismatch.value = None
    blocker = item.config.stash[CHECKS].blocker(check)
    if blocker:
        pytest.skip(blocker)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Turn how a check ended into its result, and its traceback into words."""
    check = check_of(item)
    if check is None:
        return (yield)
    draw = item.repr_failure
    # What pytest would draw of a failure takes long, and is seen where we have no words only.
    setattr(item, "repr_failure", lambda excinfo: str(excinfo.value))  # noqa: B010
    report: pytest.TestReport = yield
    served = item.stash.get(SERVED, None)
    text = item.config.stash[CHECKS].note(check, call, report, served)
    if text is not None:
        report.longrepr = text
    elif report.failed and report.when == "call" and call.excinfo is not None:
        report.longrepr = draw(call.excinfo)
    if report.when == "teardown" and served is not None:
        del item.stash[SERVED]  # with its fakes, which an app can make remember a lot
    return report


@pytest.fixture
def exercise(request: pytest.FixtureRequest) -> Exercise:
    """The exercise that this check belongs to: its folder's name is the exercise's id."""
    return exercises.load(exercises.HOME / request.path.parent.name)


@pytest_asyncio.fixture(loop_scope="session")
async def app(request: pytest.FixtureRequest, exercise: Exercise) -> AsyncIterator[Served]:
    """The student's app, served afresh for this check: `settle`, `until`, `output`."""
    checks = request.config.stash[CHECKS]
    began = time.monotonic()
    file = _file_of(request, exercise, checks)
    try:
        async with checks.server.serve(file, exercise.module) as served:
            request.node.stash[SERVED] = served
            yield served
            _expect_all_was_seen(served.desk.timeline)
    except AppStopped:
        if SERVED not in request.node.stash:
            checks.never_starts(exercise.id)
        raise
    finally:
        checks.spend(exercise.id, time.monotonic() - began)


def _expect_all_was_seen(timeline: Timeline) -> None:
    """A check that passed on a part of the events has not passed. Raises AppStopped."""
    if timeline.overflowed:
        raise AppStopped(f"your app did more than {MAX_EVENTS:,} things in one check")


def _file_of(request: pytest.FixtureRequest, exercise: Exercise, checks: Checks) -> str:
    if checks.files is not None:  # a grading run: a path inside the stage
        return checks.files[exercise.id]
    given = request.config.getoption("--app")
    if given:
        return str(Path(given).resolve())
    beside = request.path.parent / exercise.editable[0]
    return str(beside if beside.exists() else exercise.folder / exercise.editable[0])


@pytest.fixture
def client(app: Served) -> httpx.AsyncClient:
    """An HTTP client that talks to the app."""
    return app.client


@pytest.fixture
def timeline(app: Served) -> Timeline:
    """Everything that happened, in true order."""
    return app.desk.timeline


@pytest.fixture
def mailer(app: Served) -> FakeMailer:
    """The mailer that the app uses."""
    return app.desk.mailer


@pytest.fixture
def storage(app: Served) -> FakeStorage:
    """The storage that the app uses."""
    return app.desk.storage


@pytest.fixture
def clock(app: Served) -> FakeClock:
    """The clock that the app lives by."""
    return app.desk.clock


@pytest.fixture
def web(app: Served) -> FakeWeb:
    """The HTTP world outside of the app, scripted with respx."""
    return app.desk.web
