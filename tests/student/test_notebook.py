"""The notebook lies in a tree that may come from anybody: nothing is written or read through it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.notebook import FOLDER, Notebook, open_folder
from grader.results import Outcome
from grader.student.lock import only_one

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links and pipes are others here")
CHECKS = {"ex1/registers": Outcome.PASSED}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file beside the tree, that is not there yet."""
    (tmp_path / "tree" / FOLDER).mkdir(parents=True)
    return tmp_path / "outside"


def test_what_is_written_is_read(outside: Path) -> None:
    """Git ignores the folder; what was told is known to the next command."""
    tree = outside.parent / "tree"
    Notebook(tree).record("ex1", "d", CHECKS)
    assert Notebook(tree).last_run("ex1").checks == CHECKS
    assert (tree / FOLDER / ".gitignore").read_text() == "*\n"
    assert sorted(os.listdir(tree / FOLDER)) == [".gitignore", "state.json"]


@pytest.mark.parametrize("name", [".gitignore", "state.json", "state.PID.json"])
def test_no_link_is_written_through(outside: Path, name: str) -> None:
    """Whichever name it has."""
    tree = outside.parent / "tree"
    (tree / FOLDER / name.replace("PID", str(os.getpid()))).symlink_to(outside)
    notebook = Notebook(tree)
    notebook.saw_hint("ex1", 2, 1)
    assert not outside.exists()


def test_a_link_to_somebodys_file_is_not_read(outside: Path) -> None:
    """A note says so."""
    tree = outside.parent / "tree"
    outside.write_text('{"hints": {"ex1/2": 3}}')
    (tree / FOLDER / "state.json").symlink_to(outside)
    notebook = Notebook(tree)
    assert notebook.hints_seen("ex1", 2) == 0
    assert notebook.note is not None
    assert notebook.note.startswith(f"cannot read {FOLDER}/state.json (")


def test_a_pipe_is_not_waited_for(outside: Path) -> None:
    """Nobody will ever write to it."""
    tree = outside.parent / "tree"
    os.mkfifo(tree / FOLDER / "state.json")
    notebook = Notebook(tree)
    assert notebook.last_run("ex1").checks == {}
    assert notebook.note == f"cannot read {FOLDER}/state.json (it is no file); going on without"
    notebook.record("ex1", "d", CHECKS)
    assert Notebook(tree).last_run("ex1").checks == CHECKS


def test_the_folder_itself_is_no_link(outside: Path) -> None:
    """Neither to write nor to read."""
    tree = outside.parent / "tree"
    (tree / FOLDER).rmdir()
    outside.mkdir()
    (outside / "state.json").write_text('{"hints": {"ex1/2": 3}}')
    (tree / FOLDER).symlink_to(outside)
    notebook = Notebook(tree)
    assert notebook.hints_seen("ex1", 2) == 0
    notebook.saw_hint("ex1", 2, 1)
    assert notebook.note == f"cannot write {FOLDER}/ (it is a link); nothing is remembered"
    assert os.listdir(outside) == ["state.json"]
    with pytest.raises(OSError, match="link"):
        open_folder(tree / FOLDER)


def test_a_lock_is_not_taken_through_a_link(outside: Path) -> None:
    """It would empty the file at its end."""
    tree = outside.parent / "tree"
    outside.write_text("precious")
    (tree / FOLDER / "watch.lock").symlink_to(outside)
    with only_one(tree) as note:
        assert note is not None
    assert outside.read_text() == "precious"
