"""A published tree, made once by the command itself, and repositories of students made from it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Students = Callable[..., Path]


def grader(*words: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Type `grader …`."""
    command = [sys.executable, "-m", "grader", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def git(folder: Path, *words: str) -> str:
    """Type `git …` as a student."""
    who = ["-c", "user.name=student", "-c", "user.email=student@example.com"]
    command = ["git", *who, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository from `grader publish --git`; look, do not touch."""
    folder = tmp_path_factory.mktemp("published") / "tree"
    done = grader("publish", folder, "--git")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def student(published: Path, tmp_path: Path) -> Students:
    """Makes a clone with these files committed on top: `student({"exercises/ex1/app.py": text})`.

    The clone's folder has the name of a fresh one in each test.
    """

    def make(files: dict[str, str | Path], name: str = "student") -> Path:
        folder = tmp_path / "server" / name
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "clone", "--quiet", published, folder], check=True)
        for where, content in files.items():
            path = folder / where
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copyfile(content, path)
            else:
                path.write_text(content)
        if files:
            git(folder, "add", "--all")
            git(folder, "commit", "--quiet", "-m", "my work")
        return folder

    return make
