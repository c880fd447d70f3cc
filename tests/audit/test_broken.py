"""An exercise that cannot be read, whoever asks for it: one line that names it, and status 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.conftest import Run, grader
from tests.audit.test_audit import edit

READERS = [("audit",), ("grade", "."), ("hint", "ex5"), ("status",)]
BROKEN = [
    ("number = 1\n", "x = [\n", "is no TOML: "),
    ("hints = [", "hint = [", "has no `hints` in task 1; write hints = ["),
    ('"Nothing about', '1, "Nothing about', "says hints = [1, 'Nothing about this task"),
    ("points = 25", "points = true", "says points = True; write points = 1"),
    ('"app.py"', "", 'names no file to edit; write editable = ["app.py"]'),
    ('id = "ex5"', 'id = "ex7"', "says id = 'ex7'; write the name of its folder, id = 'ex5'"),
    ("[[task]]", "[[tasks]]", "has no tasks; write a table [[task]] for each"),
]


@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
def test_every_command_says_so(tree: Path, there: Run, words: tuple[str, ...]) -> None:
    """It was a traceback, with the status of missing points."""
    (tree / "exercises" / "ex5" / "exercise.toml").write_text("x = [")
    done = there(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("grader: exercises/ex5/exercise.toml is no TOML: Invalid value")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("old", "new", "why"), BROKEN, ids=[new for _, new, _ in BROKEN])
def test_what_is_wrong_is_named(tree: Path, there: Run, old: str, new: str, why: str) -> None:
    """Not TOML, a word misspelt, a value of another kind."""
    edit(tree / "exercises" / "ex5" / "exercise.toml", old, new)
    done = there("hint", "ex5")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"grader: exercises/ex5/exercise.toml {why}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
def test_a_tree_without_exercises_is_not_sound(tmp_path: Path, words: tuple[str, ...]) -> None:
    """An audit of nothing has no findings, and proves nothing."""
    done = grader(*words, AFTERWARDS_ROOT=str(tmp_path / "no"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"grader: AFTERWARDS_ROOT is {str(tmp_path / 'no')!r}, and no ")
    assert done.stderr.count("\n") == 1


SUITES = ["exercises/ex5/test_ex5.py", "grader/suites/ex5/test_hidden.py"]


@pytest.mark.parametrize("words", [("audit",), ("grade", ".", "--jobs", "2")])
@pytest.mark.parametrize("name", SUITES)
def test_a_suite_with_a_syntax_error_is_named(
    tree: Path, there: Run, name: str, words: tuple[str, ...]
) -> None:
    """Not as a suite that has too few points, which is what is left of it."""
    suite = tree / name
    lines = suite.read_text(encoding="utf-8").count("\n")
    suite.write_text(suite.read_text(encoding="utf-8") + "def (\n", encoding="utf-8")
    done = there(*words[:1], *(str(tree) if word == "." else word for word in words[1:]))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == (
        f"grader: {name}, line {lines + 1}: SyntaxError: invalid syntax"
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("check = pytest.marc", "AttributeError: module 'pytest' has no attribute 'marc'"),
    ],
)
def test_a_suite_that_cannot_be_imported_is_named(
    tree: Path, there: Run, line: str, why: str
) -> None:
    """Whatever is raised, where in the suite."""
    suite = tree / "grader" / "suites" / "ex5" / "test_hidden.py"
    edit(suite, "check = pytest.mark.check", line)
    number = suite.read_text(encoding="utf-8").splitlines().index(line) + 1
    done = there("grade", str(tree))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"grader: grader/suites/ex5/test_hidden.py, line {number}: {why}\n"
