"""Grade one file in process, as `pytest exercises/exN --app FILE` does; prints the failed checks.

python -m tests.in_process ex1 solutions/ex1/app.py
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.exercise import HOME, SUITES
from grader.plugin import CHECKS
from grader.results import Outcome

ROOT = Path(__file__).parents[1]


class Keeper:
    """Keeps what a pytest run found out about its checks."""

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Take the results before the run is gone."""
        self.results = dict(config.stash[CHECKS].results)


def failed_in_process(app: Path, exercise: str) -> list[str]:
    """Names of the checks that did not pass, in a process of its own: apps must not meet."""
    command = [sys.executable, "-m", "tests.in_process", exercise, str(app)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return names


def main(exercise: str, app: str) -> None:
    """Run all checks of the exercise and print a JSON list."""
    keeper: Any = Keeper()
    suites = [HOME / exercise / f"test_{exercise}.py", SUITES / exercise]
    options = ["-q", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider", "--app", app]
    # This module has imported the plugins already; only the words of plain asserts suffer.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    pytest.main([*options, *map(str, suites)], plugins=[keeper])
    bad = [r.name for r in keeper.results.values() if r.outcome is not Outcome.PASSED]
    sys.stdout.write(json.dumps(bad) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
