"""`grader publish DEST`: complete, the same every time, and careful with what is there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from grader.exercise import all_exercises
from grader.manifest import digest
from tests.publishing.conftest import ROOT, git, grader


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    inner = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in inner.items() if not name.startswith(".git/")}


def test_two_times_gives_the_same_bytes_and_the_same_commit(
    published: Path, tmp_path: Path
) -> None:
    """Neither the hour nor the user nor the folder is in it."""
    again = tmp_path / "another name"
    assert grader("publish", again, "--git").returncode == 0
    assert contents(again) == contents(published)
    assert git(again, "rev-parse", "HEAD") == git(published, "rev-parse", "HEAD")


def test_what_a_student_needs_is_there(published: Path) -> None:
    """Lesson, stubs, visible checks, the page, the workflow, the editor's tasks."""
    names = contents(published).keys()
    wanted = [
        "README.md",
        "LICENSE",
        ".gitignore",
        ".devcontainer/devcontainer.json",
        ".vscode/tasks.json",
        ".github/workflows/classroom.yml",
        "exercises/services.py",
        "exercises/ex4/test_ex4.py",
        "exercises/ex4/README.md",
        "grader/manifest.json",
    ]
    assert [name for name in wanted if name not in names] == []
    stub = (ROOT / "grader" / "stubs" / "ex1" / "app.py.txt").read_bytes()
    assert (published / "exercises" / "ex1" / "app.py").read_bytes() == stub


def test_the_editor_offers_every_exercise(published: Path) -> None:
    """Its tasks are JSON, and name the exercises that there are."""
    tasks = json.loads((published / ".vscode" / "tasks.json").read_text())
    assert tasks["inputs"][0]["options"] == list(all_exercises())
    container = json.loads((published / ".devcontainer" / "devcontainer.json").read_text())
    file = published / ".devcontainer" / container["build"]["dockerfile"]
    # What the pages type, and what `grader doctor` looks for; a container by itself forbids bwrap.
    assert {"bubblewrap", "curl", "git", "uv"} <= set(file.read_text().split())
    forbidding = {option.split("=")[1] for option in container["runArgs"]}
    assert forbidding == {"seccomp", "apparmor", "systempaths"}


def test_what_is_the_instructors_is_not(published: Path) -> None:
    """No suite, solution, specimen or test of ours, and no command that only we need."""
    names = contents(published)
    ours = ("solutions", "tests", "grader/suites/ex", "grader/publishing", "grader/template")
    assert [name for name in names if name.startswith(ours)] == []
    assert "grader/commands/publish.py" not in names
    assert "grader/commands/roster.py" not in names


def test_the_manifest_counts_what_is_hidden(published: Path) -> None:
    """Visible and hidden points make 25, and the files to edit are not protected."""
    manifest = json.loads((published / "grader" / "manifest.json").read_text())
    assert manifest["schema"] == "afterwards/manifest/v1"
    assert {entry["points"] for entry in manifest["hidden"].values()} == {15}
    assert "exercises/ex1/test_ex1.py" in manifest["files"]
    assert ".github/workflows/classroom.yml" in manifest["files"]
    assert "exercises/ex1/app.py" not in manifest["files"]


def test_a_dry_run_lists_and_writes_nothing(tmp_path: Path) -> None:
    """The same names that a real run writes."""
    done = grader("publish", tmp_path / "dest", "--dry-run")
    assert done.returncode == 0
    assert "exercises/ex1/app.py" in done.stdout.splitlines()
    assert not (tmp_path / "dest").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    """One line, status 2, nothing touched."""
    (tmp_path / "mine.txt").write_text("keep me")
    done = grader("publish", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"grader: {str(tmp_path)!r} is not empty; type an empty folder, or add --force\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_force_replaces_ours_and_keeps_theirs(published: Path, tmp_path: Path) -> None:
    """What an older template brought goes; what somebody else put there stays."""
    dest = tmp_path / "dest"
    shutil.copytree(published, dest, ignore=shutil.ignore_patterns(".git"))
    (dest / "mine.txt").write_text("keep me")
    manifest = json.loads((dest / "grader" / "manifest.json").read_text())
    manifest["files"] |= {"grader/old.py": digest(b""), ".git/config": digest(b"theirs")}
    manifest["files"] |= {"mine.txt": "sha256:0", "x" * 5000: "sha256:0"}  # claims of a stranger
    (dest / "grader" / "manifest.json").write_text(json.dumps(manifest))
    (dest / "grader" / "old.py").write_text("")
    (dest / ".git").mkdir()
    (dest / ".git" / "config").write_text("theirs")
    (dest / "exercises" / "services.py").write_text("changed")
    assert grader("publish", dest, "--force").returncode == 0
    assert contents(dest) == {**contents(published), "mine.txt": b"keep me"}
    assert (dest / ".git" / "config").read_text() == "theirs"


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """A clone may bring links; what they lead to is somebody else's."""
    victim, dest = tmp_path / "victim", tmp_path / "dest"
    victim.mkdir()
    dest.mkdir()
    (dest / "grader").symlink_to(victim)
    done = grader("publish", dest, "--force")
    assert done.returncode == 2
    assert f"{str(dest / 'grader')!r} is a link; remove it" in done.stderr
    assert list(victim.iterdir()) == []
    assert [path.name for path in dest.iterdir()] == ["grader"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["."], "'.' is this repository; type a folder outside of it"),
        (["grader/x"], "'grader/x' is inside of this repository; type a folder outside of it"),
        (["./sub"], "'sub' is inside of this repository; type a folder outside of it"),
        ([".."], "'..' holds this repository; type a folder outside of it"),
        ([], "type one of: DEST, --classroom50 DEST, --gradescope FILE.zip"),
        (["x", "--gradescope", "y.zip"], "type one of: DEST, --classroom50 DEST, --gradescope"),
        (["x", "--with-hidden"], "--with-hidden goes with --classroom50; students never get"),
        (["--gradescope", "x.zip", "--git"], "--git goes with DEST; a bundle is no repository"),
        (["/dev/null/x"], "cannot write '/dev/null/x"),
    ],
)
def test_bad_input_is_one_line(words: list[str], line: str) -> None:
    """Status 2, and what to type instead."""
    done = grader("publish", *words, "--force")
    assert done.returncode == 2
    assert done.stderr.startswith(f"grader: {line}")
    assert done.stderr.count("\n") == 1


def test_a_tree_with_one_commit_has_no_trace_of_this_machine(published: Path) -> None:
    """Author, committer and date are fixed; the work tree is clean; modes are plain."""
    who = git(published, "log", "--format=%an %ae %cn %ce %aI %s")
    assert who == (
        "afterwards afterwards@localhost afterwards afterwards@localhost"
        " 2026-01-01T00:00:00+00:00 Exercises on background tasks"
    )
    assert git(published, "status", "--porcelain") == ""
    modes = subprocess.run(
        ["git", "ls-tree", "-r", "HEAD"], cwd=published, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert {line.split()[0] for line in modes} == {"100644"}


def test_no_link_of_a_page_leads_nowhere(published: Path) -> None:
    """Pages are written in this repository, and read in another."""
    pages = sorted(published.rglob("*.md"))
    assert len(pages) > 5
    broken = [
        f"{page.relative_to(published)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
