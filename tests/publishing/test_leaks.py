"""Nothing hidden leaves: neither in a file, nor in git's objects, nor in a student bundle."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from grader.publishing.leaks import leaks
from grader.publishing.tree import student_tree
from tests.publishing.conftest import ROOT, grader

HIDDEN = sorted((ROOT / "grader" / "suites").glob("ex*/test_*.py"))
SOLUTIONS = sorted((ROOT / "solutions").rglob("app.py"))


def long_lines(*paths: Path) -> set[str]:
    """Lines too long to be written twice by chance."""
    lines = (line.strip() for path in paths for line in path.read_text().splitlines())
    return {line for line in lines if len(line) > 45}


def distinctive() -> set[str]:
    """Lines of suites and solutions, apart from what stubs, hints and lesson say as well."""
    exercises = ROOT / "exercises"
    open_files = [*exercises.glob("*/exercise.toml"), *exercises.glob("*/test_ex*.py")]
    open_files += [*exercises.rglob("*.md"), *exercises.glob("lesson/*.py")]
    open_files += (ROOT / "grader" / "stubs").rglob("*.txt")
    said = "\n".join(path.read_text().replace('\\"', '"') for path in open_files)
    return {line for line in long_lines(*HIDDEN, *SOLUTIONS) if line not in said}


def objects(repository: Path) -> str:
    """Every object that git holds, unpacked, reachable or not."""
    done = subprocess.run(
        ["git", "cat-file", "--batch", "--batch-all-objects", "--unordered"],
        cwd=repository,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode("utf-8", errors="replace")


def test_no_line_of_a_suite_or_solution_is_in_the_tree_or_in_git(published: Path) -> None:
    """A plain search, apart from the one that publish itself makes."""
    lines = distinctive()
    assert len(lines) > 200  # the search would find something
    paths = [path for path in published.rglob("*") if path.is_file() and ".git" not in path.parts]
    text = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in paths)
    assert len(text) > 100_000
    assert [line for line in lines if line in text] == []
    held = objects(published)
    assert "def test_mail_after_response" in held  # visible checks are in: we read objects
    assert [line for line in lines if line in held] == []


@pytest.mark.parametrize("source", [HIDDEN[0], SOLUTIONS[-1]], ids=["suite", "solution"])
def test_a_file_with_hidden_text_is_found(source: Path) -> None:
    """Under whatever name it is copied into the tree, and however it is indented."""
    text = "\n".join(f"    {line}" for line in source.read_text().splitlines())
    tree = {**student_tree(), "exercises/ex1/notes.md": text.encode()}
    assert {name for name, _ in leaks(tree)} == {"exercises/ex1/notes.md"}


def test_the_name_of_a_hidden_check_is_found() -> None:
    """As in an import of it, or a remark about it."""
    check = next(line for line in HIDDEN[0].read_text().splitlines() if "def test_" in line)
    name = check.split("def ")[1].split("(")[0]
    tree = {"exercises/ex1/README.md": f"do not forget {name}".encode()}
    assert [file for file, _ in leaks(tree)] == ["exercises/ex1/README.md"]


def test_a_classroom50_bundle_has_hidden_checks_only_when_told(tmp_path: Path) -> None:
    """It is served from public pages."""
    assert grader("publish", "--classroom50", tmp_path / "open").returncode == 0
    assert not list((tmp_path / "open").rglob("suites/ex*/test_*.py"))
    done = grader("publish", "--classroom50", tmp_path / "all", "--with-hidden")
    assert done.returncode == 0
    assert len(list((tmp_path / "all").rglob("suites/ex*/test_*.py"))) == len(HIDDEN)
    for folder in ("open", "all"):
        assert not list((tmp_path / folder).rglob("solutions"))
