"""Runs of pytest at home are remembered, so that `grader status` and `grader hint` know of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks import Checks, check_of
from grader.exercise import HOME, all_exercises
from grader.notebook import Notebook, digest
from grader.surroundings import in_ci


class Remembering:
    """A plugin of one pytest run: which tree it judges, and as which files."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self._judged: dict[str, tuple[Path, str]] = {}
        self._notes: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Take the digest of what is about to be judged: you may edit while the checks run."""
        known = all_exercises()
        for item in session.items:
            check = check_of(item)
            if check is None or check.exercise in self._judged:
                continue
            tree = _tree_of(item.path, check.exercise)
            own = digest(known[check.exercise], tree / "exercises" / check.exercise)
            self._judged[check.exercise] = (tree, own)

    def pytest_sessionfinish(self) -> None:
        """Write down how each check ended."""
        for exercise, (tree, own) in self._judged.items():
            ended = {
                name: result.outcome
                for name, result in self._checks.results.items()
                if name.startswith(f"{exercise}/")
            }
            notebook = Notebook(tree)
            if ended:
                notebook.record(exercise, own, ended)
            if notebook.note:
                self._notes.add(notebook.note)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say in one line what could not be remembered."""
        for note in self._notes:
            terminalreporter.write_line(f"note: {note}")


def remembering(config: pytest.Config, checks: Checks) -> Remembering | None:
    """The plugin; None where a run says nothing about a student's own tree.

    That is so when another file is checked, in a grading run, which may be of somebody else's
    tree, on a worker that sees a part of the checks, and in CI.
    """
    elsewhere = checks.files is not None or config.getoption("--app")
    apart = hasattr(config, "workerinput") or in_ci()
    return None if elsewhere or apart else Remembering(checks)


def _tree_of(suite: Path, exercise: str) -> Path:
    """The tree whose app.py the fixtures serve: the suite's own, or else the package's."""
    beside = suite.parent.name == exercise and (suite.parent / "app.py").exists()
    return suite.parents[2] if beside else HOME.parent
