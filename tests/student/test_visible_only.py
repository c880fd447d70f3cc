"""A published tree has the visible checks only: nothing there says that all is done."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.publishing.tree import student_tree
from grader.publishing.writing import write_folder
from tests.student.conftest import solve

pexpect = pytest.importorskip("pexpect", reason="terminals are POSIX")

Typed = Callable[..., str]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """What a student gets, with exercise 1 solved."""
    write_folder(student_tree(), tmp_path / "student", force=False)
    solve(tmp_path / "student", "ex1")
    return tmp_path / "student"


@pytest.fixture
def environment(published: Path) -> dict[str, str]:
    """Its own grader, not ours."""
    ours = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return {**ours, "PYTHONPATH": str(published), "CI": ""}


@pytest.fixture
def typed(published: Path, environment: dict[str, str]) -> Typed:
    """The output of a command, its lines joined."""

    def run(*args: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *args],
            cwd=published, env=environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        return " ".join(done.stdout.split())

    return run


def test_status_and_hint_speak_of_the_hidden_checks(typed: Typed) -> None:
    """Status said `done`, and hint began with task 1 again."""
    typed("pytest", "exercises/ex1")
    shown = typed("grader", "status")
    assert "5/5 10/10 visible checks done; 14 hidden run in class" in shown
    assert "10 of 40 points in the last runs; the hidden checks in class are worth 60 more" in shown
    assert "no task is at hand. 14 hidden ones run in class." in typed("grader", "hint", "ex1")


def test_watch_says_that_there_are_more(published: Path, environment: dict[str, str]) -> None:
    """`All checks of ex1 pass` was what it said."""
    shown = pexpect.spawn(
        sys.executable, ["-m", "grader", "watch", "ex1"],
        cwd=str(published), env=environment, encoding="utf-8", timeout=40,
    )  # fmt: skip
    try:
        shown.expect("All visible checks of ex1 pass; 14 hidden run in class.")
        shown.send("q")
        shown.expect(pexpect.EOF)
    finally:
        shown.close(force=True)
