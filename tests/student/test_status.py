"""`grader status`: what the last runs found out, and nothing that they did not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.student.conftest import ROOT, Grader, solve


def run_pytest(tree: Path, *args: str, **env: str) -> str:
    full = {**os.environ, "PYTHONPATH": f"{tree}{os.pathsep}{ROOT}", "CI": "", **env}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *args],
        cwd=tree, env=full, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def row(text: str, exercise: str) -> str:
    return next(" ".join(line.split()) for line in text.splitlines() if line.startswith(exercise))


def test_before_any_run(grader: Grader) -> None:
    """Every exercise says that it has not run, and how to run it."""
    shown = grader("status")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert row(shown.stdout, "ex4").endswith("0/17 0/25 not run yet: pytest exercises/ex4")
    assert shown.stdout.endswith("0 of 100 points in the last runs\n")


def test_pytest_and_grade_are_remembered(tree: Path, grader: Grader) -> None:
    """A run of the visible checks counts them; a graded run counts all."""
    solve(tree, "ex1")
    run_pytest(tree, "exercises/ex1")
    assert "5/19 10/25 14 not run yet" in row(grader("status").stdout, "ex1")
    grader("grade", ".", "--exercise", "ex1", "--sandbox", "none")
    assert row(grader("status").stdout, "ex1") == "ex1 Welcome email 19/19 25/25 done"


def test_the_first_failure_is_next_and_its_task_gets_the_hint(tree: Path, grader: Grader) -> None:
    """Status and hint agree on what is at hand."""
    solve(tree, "ex1")
    app = tree / "exercises" / "ex1" / "app.py"
    text = app.read_text()
    app.write_text(text.replace('"user_registered"', '"registered_user"'))
    assert app.read_text() != text
    run_pytest(tree, "exercises/ex1")
    assert "4/19 8/25 task 3: the audit entry" in row(grader("status").stdout, "ex1")
    assert grader("hint", "ex1").stdout.startswith("ex1, task 3: ")


def test_an_edit_makes_the_verdict_old(tree: Path, grader: Grader) -> None:
    """What was judged is not what is there now, and status says so."""
    run_pytest(tree, "exercises/ex1")
    assert "changed since" not in row(grader("status").stdout, "ex1")
    app = tree / "exercises" / "ex1" / "app.py"
    app.write_text(app.read_text() + "\n# an edit\n")
    assert "changed since: pytest" in row(grader("status").stdout, "ex1")


def test_a_part_of_a_run_adds_to_it(tree: Path) -> None:
    """`-k` runs some checks: the others keep their verdict while the files are the same."""
    run_pytest(tree, "exercises/ex1")
    before = json.loads((tree / ".afterwards" / "state.json").read_text())["runs"]["ex1"]
    run_pytest(tree, "exercises/ex1", "-k", "test_registers")
    after = json.loads((tree / ".afterwards" / "state.json").read_text())["runs"]["ex1"]
    assert after == before
    assert len(before["checks"]) == 5


@pytest.mark.parametrize("args", [["--app", "exercises/ex2/app.py"], ["--collect-only"]])
def test_a_run_that_says_nothing_about_the_tree_is_not_remembered(
    args: list[str], tree: Path
) -> None:
    """Neither another file's verdict nor no verdict at all."""
    run_pytest(tree, "exercises/ex1", *args)
    assert not (tree / ".afterwards").exists()


def test_nothing_is_written_into_a_tree_that_is_not_yours(
    tree: Path, grader: Grader, tmp_path: Path
) -> None:
    """Grading a submission from elsewhere, or in CI, leaves it as it was."""
    grader("grade", str(tree), "--exercise", "ex1", "--sandbox", "none", cwd=tmp_path)
    grader("grade", ".", "--exercise", "ex1", "--sandbox", "none", CI="true")
    assert sorted(path.name for path in tree.iterdir()) == ["exercises", "pytest.ini"]


def test_pytest_says_when_it_cannot_remember(tree: Path) -> None:
    """One line at the end; the checks run all the same."""
    (tree / ".afterwards").write_text("in the way")
    out = run_pytest(tree, "exercises/ex1", "-k", "test_registers")
    assert out.count("note: cannot ") == 1
    assert "1 passed" in out or "1 failed" in out


def test_forty_columns(tree: Path, grader: Grader) -> None:
    """No line is longer than the terminal."""
    run_pytest(tree, "exercises/ex1")
    shown = grader("status", COLUMNS="40").stdout
    assert max(map(len, shown.splitlines())) <= 40
    assert "task" in shown
