"""Intake: only regular files that the exercise lists, opened without following links."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from grader.exercise import HOME, all_exercises
from grader.submission import NotASubmission, Submission, read_submission

EX1 = {"ex1": all_exercises()["ex1"]}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository laid out like ours, with a solved exercise 1."""
    folder = tmp_path / "exercises" / "ex1"
    folder.mkdir(parents=True)
    (folder / "app.py").write_text("app = None\n")
    return tmp_path


def read(tree: Path) -> Submission:
    return read_submission(tree, EX1)


def test_both_layouts_are_read(tree: Path) -> None:
    """A repository, and a folder of exercises such as solutions/, give the same submission."""
    assert read(tree).files["ex1"] == read(tree / "exercises").files["ex1"]
    assert read(tree).digest == read(tree / "exercises").digest


def test_a_missing_file_is_a_problem_in_words(tree: Path) -> None:
    """Without app.py there is a result, and it says why."""
    (tree / "exercises" / "ex1" / "app.py").unlink()
    assert read(tree).problems == {"ex1": "ex1/app.py is missing"}


@pytest.mark.parametrize("target", ["/etc/passwd", str(HOME / "services.py")])
def test_a_link_is_not_followed(tree: Path, target: str) -> None:
    """A link in the place of app.py brings nothing in."""
    app = tree / "exercises" / "ex1" / "app.py"
    app.unlink()
    app.symlink_to(target)
    assert read(tree).files["ex1"] == {}
    assert "link" in read(tree).problems["ex1"]


def test_a_linked_folder_is_not_followed(tree: Path) -> None:
    """A link in the place of the exercise's folder brings nothing in."""
    folder = tree / "exercises" / "ex1"
    shutil.move(folder, tree / "elsewhere")
    folder.symlink_to(tree / "elsewhere")
    assert read(tree).files["ex1"] == {}


@pytest.mark.parametrize("kind", ["fifo", "folder", "huge"])
def test_what_is_no_ordinary_file_is_left_out(tree: Path, kind: str) -> None:
    """A FIFO does not block, a folder is no file, a huge file is refused."""
    app = tree / "exercises" / "ex1" / "app.py"
    app.unlink()
    if kind == "fifo":
        os.mkfifo(app)
    elif kind == "folder":
        app.mkdir()
    else:
        app.write_bytes(b"#" * (300 << 10))
    submission = read(tree)
    assert submission.files["ex1"] == {}
    assert submission.problems["ex1"].startswith("ex1/app.py is ")


def test_planted_files_are_named(tree: Path) -> None:
    """A conftest.py beside the app has no effect and is named."""
    (tree / "exercises" / "ex1" / "conftest.py").write_text("raise SystemExit")
    (notice,) = read(tree).notices
    assert notice == "left out of ex1, not files to hand in: conftest.py"


def test_changed_checks_are_named(tree: Path) -> None:
    """Visible checks that were edited are named; ours are used."""
    (tree / "exercises" / "ex1" / "test_ex1.py").write_text("def test(): pass\n")
    (notice,) = read(tree).notices
    assert notice == "ex1/test_ex1.py differs from the one given to you; ours was used"


def test_a_wrong_path_says_what_to_type(tmp_path: Path) -> None:
    """No such path, a file, and a folder without exercises: one line each."""
    with pytest.raises(NotASubmission, match="no such path"):
        read(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(NotASubmission, match="is a file"):
        read(tmp_path / "file")
    with pytest.raises(NotASubmission, match="no exercises in"):
        read(tmp_path)
