"""Specimen → message: what the student reads who made that mistake, and where it was noticed.

Of the checks that fail it is the first one of a task that the specimen names in its docstring.
"""

from __future__ import annotations

import os
import random
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.checks import check_of
from grader.exercise import HOME, SUITES
from grader.failure import printed
from grader.guest import warm
from grader.plugin import CHECKS
from grader.results import CheckResult, Outcome
from grader.session import OPTIONS
from grader.suites import pictures
from tests.matrix import declared_tasks

FOLDER = Path(__file__).parent
RULE = "=" * 100
NOTHING = "  in process no check of its tasks fails\n"
# What differs from run to run: ids that an app draws, times, and object addresses.
VOLATILE = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"(\b|(?<=_))[0-9a-f]{24,}\b"), "<hex>"),
    (re.compile(r"0x[0-9a-f]{6,}"), "0x…"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:[\d:.]+(Z|\+00:00)?"), "<time>"),
    (re.compile(r"clock\.slept [\d.e-]+ s"), "clock.slept … s"),
    (re.compile(r"\d+\.\d{3,}"), "<seconds>"),
    (re.compile(r"came 0\.\d\d s later"), "came 0.… s later"),
    (re.compile(r'"status":"(pending|running)"'), '"status":"pending, or running"'),
    (re.compile(r"'(\d{4}|\d{16,})'"), "'<digits>'"),
    (re.compile(r"/[^\s\"']*/(?=tests/specimens/)"), ""),
    (re.compile(r'"/[^"]*/([^/"]+\.py)", line \d+'), r'"…/\1", line …'),  # not the student's
    (
        re.compile(r"\nyour app printed:(\n *stamina\.retry_scheduled)+"),
        "",
    ),  # as it draws its waits
    (re.compile(r"\n[ ~^]+$", re.MULTILINE), ""),  # each Python marks other parts of a line
)


class _Keeper:
    """Draws the same names in every run, and keeps what each check said."""

    def __init__(self, tasks: set[int]) -> None:
        self._tasks = tasks
        self.output: dict[str, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """A check draws the same whatever ran before it."""
        draw = random.Random(item.name)
        random.seed(item.name)  # an app may draw how long it waits
        secrets.token_hex = lambda n=16: draw.randbytes(n).hex()
        secrets.token_urlsafe = lambda n=16: draw.randbytes(n).hex()
        secrets.choice = draw.choice
        secrets.randbelow = draw.randrange
        pictures.CORNERS = pictures.COLORS[:4]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What the app printed, as it would stand in the report."""
        self.output[report.nodeid.rsplit("::", 1)[-1]] = report.capstdout + report.capstderr

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Only the checks of the tasks in question; keep their names."""
        checks = {item.name: check for item in items if (check := check_of(item))}
        items[:] = [item for item in items if checks[item.name].task in self._tasks]
        self.names = {checks[item.name].id: item.name for item in items}

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Take the results before the run is gone."""
        self.results = list(config.stash[CHECKS].results.values())


def messages(apps: list[Path], exercise: str) -> Iterator[str]:
    """The section of each app, from a process of its own: apps must not meet."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    warm.once()
    for app in apps:
        read, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.write(write_end, _section(app, exercise).encode())
            finally:
                os._exit(0)  # whatever the app left running ends here
        os.close(write_end)
        with os.fdopen(read, "rb") as pipe:
            text = pipe.read().decode()
        os.waitpid(pid, 0)
        yield text


def _section(app: Path, exercise: str) -> str:
    keeper = _Keeper(declared_tasks(app))
    suites = [HOME / exercise / f"test_{exercise}.py", SUITES / exercise]
    options = [*OPTIONS, "--capture=fd", "-W", "ignore", "--app", str(app)]
    pytest.main([*options, *map(str, suites)], plugins=[keeper])
    failed = (one for one in keeper.results if one.outcome is not Outcome.PASSED)
    first = next(failed, None)
    if first is None:
        return NOTHING
    output = keeper.output.get(keeper.names[first.id], "")
    return _words(first, printed(output) if first.outcome is Outcome.FAILED else "")


def _words(check: CheckResult, output: str) -> str:
    text = f"{check.id}: {check.title}\n{(check.message or check.outcome.value) + output}\n"
    for pattern, word in VOLATILE:
        text = pattern.sub(word, text)
    return "".join(f"  {line}".rstrip() + "\n" for line in text.splitlines())


def write(file: Path, sections: dict[str, str]) -> None:
    """All sections, in the order of their names."""
    parts = [f"{RULE}\n{name}\n{text}" for name, text in sorted(sections.items())]
    file.write_text("".join(parts), encoding="utf-8")


def read(file: Path) -> dict[str, str]:
    """The sections of a file by specimen."""
    parts = file.read_text(encoding="utf-8").split(f"{RULE}\n")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}
