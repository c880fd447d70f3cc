"""One run of a part of one exercise's checks: a process that is warm and waits for the word.

Started as `python -m grader.student.worker ex1 PATH-OF-APP 0/2`, for the first of two parts. It
imports, collects, writes `{"ready": true}`, and waits for a line; then it runs, and writes each
check's place on the page and CheckResult as a line of JSON. What the app prints never gets into
these lines. One process, one run: nothing that an app leaves behind meets the next one, and a run
that is no longer wanted can be killed.
"""

from __future__ import annotations

import gc
import json
import os
import pdb
import sys
from dataclasses import asdict, replace
from typing import Any, BinaryIO

import pytest

from grader.checks import check_of
from grader.exercise import all_exercises, suite_files
from grader.failure import printed
from grader.guest import warm
from grader.plugin import CHECKS
from grader.results import Outcome
from grader.session import OPTIONS


class _Streaming:
    """Waits before the first check; reports each when it is over."""

    def __init__(self, orders: BinaryIO, answers: BinaryIO, part: int, parts: int) -> None:
        self._orders = orders
        self._answers = answers
        self._part, self._parts = part, parts
        self._places: dict[str, int] = {}

    def pytest_configure(self, config: pytest.Config) -> None:
        """Find the run's results."""
        self._checks = config.stash[CHECKS]

    @pytest.hookimpl(trylast=True)  # the plugin has put the checks into the order of the page
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep this part: each second check, say, and with it those that build on it."""
        part_of: dict[str, int] = {}
        mine: list[pytest.Item] = []
        for place, item in enumerate(items):
            check = check_of(item)
            assert check is not None
            needed = f"{check.exercise}/{check.requires}"
            part_of[check.id] = part_of.get(needed, place % self._parts)
            self._places[check.id] = place
            if part_of[check.id] == self._part:
                mine.append(item)
        items[:] = mine

    def pytest_collection_finish(self) -> None:
        """Everything that does not depend on the app is done: wait for the save."""
        gc.collect()
        gc.freeze()  # so that collecting later has only the run's own objects to look at
        self.send({"ready": True})
        if not self._orders.readline():  # nobody waits for a verdict any more
            os._exit(0)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Any:
        """Send the result with its last phase, and what the app printed with it."""
        report: pytest.TestReport = yield
        check = check_of(item)
        result = self._checks.results.get(check.id) if check and report.when == "teardown" else None
        if result is not None:
            if result.outcome is Outcome.FAILED:
                output = report.capstdout + report.capstderr
                result = replace(result, message=(result.message or "") + printed(output))
            self.send({"place": self._places[result.id], "check": asdict(result)})
        return report

    def send(self, message: dict[str, Any]) -> None:
        """Write one line."""
        self._answers.write(json.dumps(message).encode() + b"\n")
        self._answers.flush()


class NoTerminal(Exception):
    """A debugger was asked for where nobody could type into it."""


def _no_debugger(exercise: str) -> None:
    """Say where `breakpoint()` works; pytest's own advice, `-s`, is no option of `grader watch`."""

    def stop(*_args: Any, **_given: Any) -> None:
        raise NoTerminal(
            "grader watch has no terminal for a debugger; to stop here, type"
            f" `pytest exercises/{exercise}` in another one"
        )

    if "PYTHONBREAKPOINT" not in os.environ:  # a debugger of the student's choice may need none
        sys.breakpointhook = stop
    pdb.set_trace = stop


def main(exercise: str, app: str, part: str) -> None:
    """Get ready, wait for the word, run, end."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    warm.once()
    _no_debugger(exercise)
    streaming = _Streaming(orders, answers, *map(int, part.split("/")))
    suites = [str(path) for path in suite_files(all_exercises()[exercise])]
    status = pytest.main([*OPTIONS, "--capture=fd", "--app", app, *suites], plugins=[streaming])
    streaming.send({"status": int(status)})
    os._exit(0)  # an app's threads may go on for ever


if __name__ == "__main__":
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    main(*sys.argv[1:])
