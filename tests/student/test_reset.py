"""`grader reset`: the stub comes back, and nothing that a student wrote is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.exercise import HOME, all_exercises
from grader.student.reset import stub
from tests.student.conftest import Grader


@pytest.mark.parametrize("exercise", all_exercises().values(), ids=lambda e: e.id)
def test_the_stubs_are_the_ones_that_students_get(exercise) -> None:
    """When you edit exercises/exN/app.py, copy it to grader/stubs/exN/app.py.txt too."""
    for name in exercise.editable:
        assert stub(exercise, name) == (HOME / exercise.id / name).read_bytes()


def test_every_version_is_kept(tree: Path, grader: Grader) -> None:
    """Two resets keep two versions, under names that are never used twice."""
    folder = tree / "exercises" / "ex1"
    given = (folder / "app.py").read_bytes()
    for number in (1, 2):
        (folder / "app.py").write_text(f"mine = {number}\n")
        done = grader("reset", "ex1", cwd=folder)
        assert done.returncode == 0
        assert f"Your version is in exercises/ex1/app.py.{number}.bak" in done.stdout
        assert (folder / "app.py").read_bytes() == given
    kept = [(folder / f"app.py.{number}.bak").read_text() for number in (1, 2)]
    assert kept == ["mine = 1\n", "mine = 2\n"]


def test_nothing_to_keep(tree: Path, grader: Grader) -> None:
    """An untouched stub is left alone; a missing one comes back."""
    file = tree / "exercises" / "ex1" / "app.py"
    before = sorted(file.parent.iterdir())
    assert "nothing to do" in grader("reset", "ex1").stdout
    file.unlink()
    assert "was missing; it is there again" in grader("reset", "ex1").stdout
    assert sorted(file.parent.iterdir()) == before


def test_what_cannot_be_put_back_is_one_line(tree: Path, grader: Grader) -> None:
    """A folder in the file's place is not touched."""
    file = tree / "exercises" / "ex1" / "app.py"
    file.unlink()
    file.mkdir()
    done = grader("reset", "ex1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("grader: app.py is not a plain file; move it away")


@pytest.mark.parametrize("linked", ["exercises/ex1", "exercises"])
def test_nothing_is_written_through_a_linked_folder(
    linked: str, tree: Path, grader: Grader
) -> None:
    """A repository may bring links; what they lead to is somebody else's."""
    folder, elsewhere = tree / linked, tree / "elsewhere"
    app = tree / "exercises" / "ex1" / "app.py"
    app.write_text("theirs\n")
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)
    done = grader("reset", "ex1")
    assert done.returncode == 2
    assert f"{folder.name} is a link" in done.stderr
    assert app.read_text() == "theirs\n"
