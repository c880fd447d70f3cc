"""A published tree in an environment where this repository was never installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.publishing.conftest import Students
from tests.publishing.places import solution


def clean(tmp_path: Path) -> dict[str, str]:
    """No virtual environment of ours, no sandbox needed, packages from the cache where they are."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "UV_CACHE_DIR", "LANG")}
    index = {k: v for k, v in os.environ.items() if k.startswith(("UV_", "PIP_", "SSL_"))}
    return {**index, **kept, "UV_PROJECT_ENVIRONMENT": str(tmp_path / "venv")}


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not here; CI runs this by uv")
def test_it_installs_checks_and_grades_by_itself(student: Students, tmp_path: Path) -> None:
    """The README's commands: the visible checks run, and points are said to be theirs."""
    tree = student(solution("ex1"))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = ["uv", "run", "--quiet", *words]
        return subprocess.run(
            command, cwd=tree, env=clean(tmp_path), capture_output=True, text=True
        )

    checked = run("pytest", "exercises/ex1", "-q", "-p", "no:cacheprovider")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "5 passed" in checked.stdout
    graded = run("grader", "grade", ".", "--exercise", "ex1", "--exercise", "ex2")
    assert graded.returncode == 1, graded.stderr
    lines = graded.stdout.splitlines()
    assert "ex1  Welcome email: 10 of 10 points, 5 of 5 checks" in lines
    assert any(
        line.startswith("note: ex1: 5 of 5 visible checks; ") and line.endswith("run in class")
        for line in lines
    )
    assert lines[-1] == "10 of 20 points"
    ours = run("grader", "publish", "x")
    assert (ours.returncode, ours.stderr.split(";")[0]) == (2, "grader: no command 'publish'")


def test_half_a_suite_is_an_error_and_no_grade(student: Students, tmp_path: Path) -> None:
    """A visible check that is gone is not made good by the manifest."""
    tree = student(solution("ex1"))
    suite = tree / "exercises" / "ex1" / "test_ex1.py"
    text = suite.read_text()
    start = text.index("@check(", text.index("@check(") + 1)
    suite.write_text(text[:start])
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", ".", "--exercise", "ex1"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("grader: the suite of ex1 has ")
    assert done.stderr.count("\n") == 1
