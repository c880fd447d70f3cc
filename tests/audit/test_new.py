"""`grader new`: an exercise that works at once, without a line of the grader changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audit.conftest import ROOT, Run, grader


def test_a_new_exercise_is_graded(tree: Path, there: Run) -> None:
    """Its solution earns 25 points in the sandbox, its stub next to none."""
    done = there("grade", str(tree / "solutions"), "--json", "-")
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert [(e["id"], e["title"], e["points"]) for e in report["exercises"]] == [
        ("ex5", 'The "guest" book', 25)
    ]
    done = there("grade", str(tree), "--json", "-")
    assert done.returncode == 1
    assert json.loads(done.stdout)["points"] * 3 < 25


def test_its_audit_is_sound(there: Run, tree: Path) -> None:
    """Nothing is found, mutants included; what was graded once is not graded again."""
    file = tree / "audit.json"
    done = there("audit", "ex5", "--mutants", "--json", str(file))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "0 findings"), done.stdout
    (audited,) = json.loads(file.read_text(encoding="utf-8"))["exercises"]
    assert audited["apps"] == {
        "solution": 1, "stub": 1, "dead": 4, "correct": 2, "wrong": 5, "mutant": 8,
    }  # fmt: skip
    assert audited["mutants"] == {"made": 8, "survivors": []}
    rows = {f"{row['kind']}/{row['name']}": row["row"] for row in audited["matrix"]}
    assert rows["correct/async_def"] == "....."
    assert rows["wrong/log_before_the_answer"] == ".x..."
    assert rows["dead/ends_at_import"] == "x----"
    kept = {path: path.stat().st_mtime_ns for path in (tree / "cache").rglob("*.json")}
    assert len(kept) == 21
    assert there("audit", "ex5", "--mutants").stdout == done.stdout
    assert {path: path.stat().st_mtime_ns for path in (tree / "cache").rglob("*.json")} == kept


def test_its_visible_checks_run_at_home(tree: Path) -> None:
    """`pytest exercises/ex5`, as the page has it: the stub fails, the solution passes."""
    for app, status in (("exercises/ex5/app.py", 1), ("solutions/ex5/app.py", 0)):
        command = [sys.executable, "-P", "-m", "pytest", "-q", "exercises/ex5", "--app", app]
        env = {**os.environ, "AFTERWARDS_ROOT": str(tree), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True)
        assert done.returncode == status, done.stdout
        assert "async" not in done.stdout


def test_its_stub_comes_back(tree: Path, there: Run) -> None:
    """The stubs are those of the tree that AFTERWARDS_ROOT names, as all else is."""
    file = tree / "exercises" / "ex5" / "app.py"
    given = file.read_bytes()
    file.write_text("mine = 1\n")
    done = there("reset", "ex5", cwd=tree)
    assert (done.returncode, done.stderr) == (0, "")
    assert file.read_bytes() == given


def test_a_second_exercise_in_an_empty_tree_of_its_own(tmp_path: Path) -> None:
    """What every tree shares comes with the grader, also when AFTERWARDS_ROOT is not there yet."""
    done = grader("new", "ex5", AFTERWARDS_ROOT=str(tmp_path / "own"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "own" / "exercises" / "services.py").is_file()


def test_settings_of_pytest_that_are_there_stay(tmp_path: Path) -> None:
    """Whoever has a project has told pytest what to do."""
    (tmp_path / "tox.ini").write_text("[pytest]\n")
    assert grader("new", "ex5", "--into", str(tmp_path)).returncode == 0
    assert not (tmp_path / "pytest.ini").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("five",), "'five' is no name of an exercise; type ex and a number, such as ex5"),
        (("ex0",), "'ex0' is no name of an exercise; type ex and a number, such as ex5"),
        (("ex6", "--title", "a\nb"), "a title is one line of text, not 'a\\nb'"),
        (("ex1",), "is there already; take another number"),
    ],
)
def test_bad_input_is_one_line(args: tuple[str, ...], message: str) -> None:
    """What cannot begin says why, and leaves everything as it is."""
    done = grader("new", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("grader: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_file_in_the_way_is_one_line(tmp_path: Path) -> None:
    """A tree that cannot be written is named."""
    (tmp_path / "exercises").write_text("in the way")
    done = grader("new", "ex5", "--into", str(tmp_path))
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert done.stderr.count("\n") == 1
