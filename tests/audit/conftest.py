"""A tree with a new exercise in it, as `grader new` writes it, and the command line beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


def grader(*args: str, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with these arguments and additional environment variables."""
    command = [sys.executable, "-m", "grader", *args]
    full = {**os.environ, **env}
    return subprocess.run(
        command, cwd=cwd, env=full, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree of its own with a new exercise 5."""
    done = grader("new", "ex5", "--into", str(tmp_path), "--title", 'The "guest" book')
    assert done.returncode == 0, done.stderr
    return tmp_path


@pytest.fixture
def there(tree: Path) -> Run:
    """The command line, with the exercises of that tree and a cache of its own."""

    def run(*args: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        cache = str(tree / "cache")
        return grader(*args, cwd=cwd, AFTERWARDS_ROOT=str(tree), XDG_CACHE_HOME=cache)

    return run
