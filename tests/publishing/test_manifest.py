"""What a published repository says of itself: counted, compared, never believed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.publishing.conftest import ROOT, Students, grader
from tests.publishing.places import solution

NOTICE = "note: not as published, and not used in class: "


def notices(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith(NOTICE)]


def at_home(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`grader …` of the student's own tree."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
    )


def at(tree: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command line of that tree."""
    return lambda *words: at_home(tree, *map(str, words))


def grade(tree: Path) -> str:
    return grader("grade", tree, "--exercise", "ex1").stdout


def test_an_honest_tree_is_as_published(student: Students) -> None:
    """Work in the files to hand in, and notes on the pages, are no change."""
    page = "exercises/ex1/README.md"
    tree = student({**solution("ex1"), page: "my notes\n", "notes.md": "mine\n"})
    output = grade(tree)
    assert "25 of 25 points" in output
    assert notices(output) == []


def test_changed_and_missing_files_are_named_and_change_nothing(student: Students) -> None:
    """The workflow and the grader are what a student may want to bend."""
    workflow, checks = ".github/workflows/classroom.yml", "grader/checks.py"
    tree = student({**solution("ex1"), workflow: "on: push\n", checks: "raise SystemExit\n"})
    (tree / "grader" / "expect.py").unlink()
    output = grade(tree)
    assert "25 of 25 points" in output
    (notice,) = notices(output)
    assert notice == f"{NOTICE}{workflow}, {checks}, grader/expect.py"


def test_a_manifest_that_was_edited_too_hides_nothing(student: Students) -> None:
    """In class the digests are those of the grader there."""
    checks = "grader/checks.py"
    tree = student({**solution("ex1"), checks: "raise SystemExit\n"})
    file = tree / "grader" / "manifest.json"
    manifest = json.loads(file.read_text())
    del manifest["files"][checks]
    file.write_text(json.dumps(manifest))
    assert (
        "note: from another version of the template, or its manifest was edited;"
        f" not used in class: {checks}"
    ) in grade(tree).splitlines()


def test_line_ends_of_windows_are_no_change(student: Students) -> None:
    """git may have written them."""
    tree = student(solution("ex1"))
    for path in tree.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert notices(grade(tree)) == []


def test_many_changes_are_one_line(student: Students) -> None:
    """Twelve names, and how many more."""
    tree = student({})
    for path in (tree / "grader" / "fakes").glob("*.py"):
        path.write_text("")
    for path in (tree / "grader" / "guest").glob("*.py"):
        path.write_text("")
    (notice,) = notices(grade(tree))
    assert notice.count("grader/") == 12
    assert notice.endswith(" more")


@pytest.mark.parametrize("text", ["", "{}", "no json", '{"schema": 1, "hidden": [], "files": {}}'])
def test_a_broken_manifest_is_one_line(student: Students, text: str) -> None:
    """In the student's tree, where the grader needs it: what is wrong, and what to type."""
    done = at_home(student({"grader/manifest.json": text}), "grade", ".", "--exercise", "ex1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("grader: grader/manifest.json is broken; bring it back: git ")
    assert done.stderr.count("\n") == 1


def test_a_file_of_your_own_is_worth_the_same_at_home_and_in_class(student: Students) -> None:
    """A helper beside app.py is not handed in: no points for it here that are lost there."""
    mine = (ROOT / "solutions" / "ex2" / "app.py").read_text(encoding="utf-8")
    app = mine.replace("\nimport", "\nfrom exercises.ex2.helpers import X  # noqa\nimport", 1)
    assert app != mine
    here = "exercises/ex2/"
    tree = student({f"{here}app.py": app, f"{here}helpers.py": "X = 1\n", f"{here}b.bak": ""})
    home, there = (run("grade", tree, "--exercise", "ex2").stdout for run in (at(tree), grader))
    assert home.endswith("\n0 of 10 points\n")
    assert there.endswith("\n0 of 25 points\n")
    for output in (home, there):
        assert "No module named 'exercises.ex2.helpers'" in output
        assert "note: left out of ex2, not files to hand in: helpers.py\n" in output


def test_hidden_checks_are_counted_in_the_report(student: Students) -> None:
    """At home: which points these are, in words, for every exercise that was graded."""
    done = at_home(student(solution("ex2")), "grade", ".", "--exercise", "ex2")
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == [
        "note: ex2: 5 of 5 visible checks; 13 hidden checks, worth 15 points, run in class",
        "10 of 10 points",
    ]
