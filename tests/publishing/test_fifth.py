"""A repository with a fifth exercise: whatever names exercises in a published tree names it too."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.publishing.conftest import ROOT

Ours = Callable[..., subprocess.CompletedProcess[str]]
IDS = ["ex1", "ex2", "ex3", "ex4", "ex5"]


@pytest.fixture
def ours(tmp_path: Path) -> Ours:
    """The command line of a copy of this repository, in which `grader new ex5` was typed."""
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in ("exercises", "grader", "solutions"):
        shutil.copytree(ROOT / name, tmp_path / "ours" / name, ignore=ignore)
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copyfile(ROOT / name, tmp_path / "ours" / name)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        where = tmp_path / "ours"
        return subprocess.run(
            [sys.executable, "-m", "grader", *words],
            cwd=where,
            env={**os.environ, "PYTHONPATH": str(where)},
            capture_output=True,
            text=True,
        )

    assert run("new", "ex5").returncode == 0
    return run


def test_everything_that_lists_exercises_lists_it(ours: Ours, tmp_path: Path) -> None:
    """Classroom is told of its points, the editor offers it, the README counts it."""
    dest = tmp_path / "dest"
    done = ours("publish", str(dest))
    assert done.returncode == 0, done.stderr
    workflow = (dest / ".github" / "workflows" / "classroom.yml").read_text()
    assert workflow.count(f"for id in {' '.join(IDS)}; do") == 3
    (job,) = yaml.safe_load(workflow)["jobs"].values()
    reporter = next(s for s in job["steps"] if "grading-reporter" in s.get("uses", ""))
    assert reporter["with"]["runners"] == ",".join(IDS)
    assert reporter["env"] == {
        f"{name.upper()}_RESULTS": f"${{{{ steps.grade.outputs.{name} }}}}" for name in IDS
    }
    tasks = json.loads((dest / ".vscode" / "tasks.json").read_text())
    assert tasks["inputs"][0]["options"] == IDS
    page = (dest / "README.md").read_text()
    assert "\nFive exercises on **FastAPI" in page
    assert "\n- [Guest book](exercises/ex5/README.md)\n" in page
    left = [
        name for name in dest.rglob("*") if name.is_file() and b"@RUNNERS@" in name.read_bytes()
    ]
    assert left == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("exercises/ex5/exercise.toml", "exercises/ex5/exercise.toml is no TOML: "),
        ("exercises/ex5/test_ex5.py", "exercises/ex5/test_ex5.py, line 1: SyntaxError: "),
        ("grader/suites/ex5/test_hidden.py", "grader/suites/ex5/test_hidden.py, line 1: Syntax"),
    ],
)
def test_what_cannot_be_read_is_not_published(
    ours: Ours, tmp_path: Path, name: str, line: str
) -> None:
    """One line that names the file, and nothing written."""
    (tmp_path / "ours" / name).write_text("def (")
    done = ours("publish", str(tmp_path / "dest"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"grader: {line}")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "dest").exists()
