"""A student's tree: a copy of exercises/, which is then also the package that is imported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTEST_INI = """\
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
"""
Grader = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A fresh tree with the four stubs in it."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "exercises", tmp_path / "tree" / "exercises", ignore=ignore)
    (tmp_path / "tree" / "pytest.ini").write_text(PYTEST_INI)
    return tmp_path / "tree"


@pytest.fixture
def grader(tree: Path) -> Grader:
    """The command line, typed in the tree (or in `cwd`)."""

    def run(*args: str, cwd: Path = tree, **env: str) -> subprocess.CompletedProcess[str]:
        paths = os.pathsep.join([str(tree), str(ROOT)])
        full = {**os.environ, "PYTHONPATH": paths, "COLUMNS": "80", "CI": "", **env}
        return subprocess.run(
            [sys.executable, "-m", "grader", *args],
            cwd=cwd, env=full, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return run


def solve(tree: Path, exercise: str) -> None:
    """Hand the tree the reference solution of an exercise."""
    shutil.copyfile(
        ROOT / "solutions" / exercise / "app.py", tree / "exercises" / exercise / "app.py"
    )
