"""`grader hint`: one step a call, remembered, whatever has become of the memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.exercise import all_exercises
from tests.student.conftest import Grader, solve


def test_one_step_a_call_and_no_step_twice(tree: Path, grader: Grader) -> None:
    """Three calls show three hints, the fourth the last one again; another task is unmoved."""
    hints = all_exercises()["ex1"].task(2).hints
    for number, hint in enumerate(hints, 1):
        shown = " ".join(grader("hint", "ex1", "--task", "2").stdout.split())
        assert f"Hint {number} of {len(hints)}. {' '.join(hint.split())}" in shown
    assert "Hint 3 of 3" in (again := grader("hint", "ex1", "--task", "2").stdout)
    assert "You have seen them all" in again
    assert "Hint 1 of 3" in grader("hint", "ex1", "--task", "3").stdout


def test_without_a_run_it_is_the_first_task(grader: Grader) -> None:
    """Nothing has run yet, so task 1 is at hand."""
    assert grader("hint", "exercises/ex2/").stdout.startswith("ex2, task 1: ")


def test_when_all_checks_passed_no_task_is_at_hand(tree: Path, grader: Grader) -> None:
    """It began again with task 1, and sent who had full marks to a person."""
    solve(tree, "ex1")
    grader("grade", ".", "--exercise", "ex1", "--sandbox", "none")
    shown = " ".join(grader("hint", "ex1").stdout.split())
    assert shown == (
        "All checks of ex1 passed when they last ran, so no task is at hand."
        " For the hints of a task: grader hint ex1 --task N"
    )
    assert "Hint 1 of 3" in grader("hint", "ex1", "--task", "1").stdout


@pytest.mark.parametrize("content", ['{"hints": 3', "[]", '{"hints": {"ex1/1": "x"}}', "\x00"])
def test_a_broken_memory_is_one_line_and_no_harm(content: str, tree: Path, grader: Grader) -> None:
    """The hint is shown, the note says what is broken, and the next call remembers again."""
    (tree / ".afterwards").mkdir()
    (tree / ".afterwards" / "state.json").write_text(content)
    done = grader("hint", "ex1")
    assert (done.returncode, "Hint 1 of 3" in done.stdout) == (0, True)
    assert done.stderr.startswith("note: .afterwards/state.json is broken and ignored")
    assert len(done.stderr.splitlines()) == 1
    assert (again := grader("hint", "ex1")).stderr == ""
    assert "Hint 2 of 3" in again.stdout


def test_a_disk_that_cannot_be_written(tree: Path, grader: Grader) -> None:
    """One line says so and how to see the next hint all the same."""
    (tree / ".afterwards").write_text("a file where the folder should be")  # also stops root
    done = grader("hint", "ex1")
    assert (done.returncode, "Hint 1 of 3" in done.stdout) == (0, True)
    assert done.stderr.startswith("note: cannot ")
    assert "For hint 2 type: grader hint ex1 --task 1 --step 2" in done.stdout
    assert "again" not in done.stdout + done.stderr
    second = grader("hint", "ex1", "--task", "1", "--step", "2").stdout
    assert "Hint 2 of 3" in second
    assert "type: grader hint ex1 --task 1 --step 3" in second


def test_the_memory_is_not_written_through_a_link(
    tree: Path, grader: Grader, tmp_path: Path
) -> None:
    """A folder that leads elsewhere is left alone."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tree / ".afterwards").symlink_to(elsewhere)
    assert "it is a link" in grader("hint", "ex1").stderr
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["hint", "ex9"], "no exercise 'ex9'; there are ex1, ex2, ex3, ex4"),
        (["hint", "ex1", "--task", "9"], "no task 9 in ex1; there are 1, 2, 3, 4, 5"),
        (["hint", "ex1", "--step", "0"], "no hint 0; task 1 of ex1 has 1 to 3"),
        (["hnt"], "no command 'hnt'; there are audit, collect"),
        (["reset", "ex0"], "no exercise 'ex0'; there are ex1, ex2, ex3, ex4"),
        (["explain", "ex1/registrs"], "no check 'ex1/registrs'; did you mean ex1/registers"),
        (["explain", "zzzz"], "no check 'zzzz'; `grader explain ex1` lists"),
    ],
)
def test_bad_input_is_one_line(args: list[str], words: str, grader: Grader) -> None:
    """The value, and what to type instead; status 2."""
    done = grader(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"grader: {words}")
    assert len(done.stderr.splitlines()) == 1


def test_outside_of_a_repository(grader: Grader, tmp_path: Path) -> None:
    """A hint needs no tree; where the tree is what it is about, one line says where to go."""
    assert "Hint 1 of 3" in grader("hint", "ex1", cwd=tmp_path).stdout
    for args in (["status"], ["reset", "ex1"]):
        done = grader(*args, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("grader: no exercises/ in ")
