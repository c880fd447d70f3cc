"""`grader doctor`: a sandbox that was really built, and for what is missing the command."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from grader.student.repository import without_secret
from tests.student.conftest import ROOT, Grader


def git(tree: Path, *args: str) -> None:
    subprocess.run(["git", "-C", str(tree), *args], check=True, capture_output=True)


def after(text: str, words: str) -> str:
    """The line below the one that contains these words."""
    lines = text.splitlines()
    return lines[next(i for i, line in enumerate(lines) if words in line) + 1].strip()


def test_nothing_to_mend(tree: Path, grader: Grader) -> None:
    """A repository with a remote and a workflow, on a machine that grades: status 0."""
    git(tree, "init", "-q")
    git(tree, "remote", "add", "origin", "https://ada:secret-token@github.com/ada/tasks.git")
    workflow = tree / ".github" / "workflows" / "grade.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("on: push\n")
    done = grader("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "ok    bubblewrap builds a sandbox" in done.stdout
    assert "ok    git pushes to https://github.com/ada/tasks.git" in done.stdout
    assert "open https://github.com/ada/tasks/actions and press" in done.stdout
    assert "secret-token" not in done.stdout
    assert done.stdout.endswith("Nothing to mend.\n")


def test_what_is_missing_has_a_command(tree: Path, grader: Grader, tmp_path: Path) -> None:
    """No file, no bubblewrap, no git: three to mend, status 1."""
    (tree / "exercises" / "ex3" / "app.py").unlink()
    done = grader("doctor", PATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (1, "")
    assert after(done.stdout, "MEND  missing: exercises/ex3/app.py") == "grader reset ex3"
    wanted = "sudo apt-get install bubblewrap"
    assert after(done.stdout, "MEND  bubblewrap is not installed") == wanted
    assert "git-scm.com" in after(done.stdout, "MEND  git is not installed")
    assert done.stdout.endswith("3 to mend.\n")


def test_a_bubblewrap_that_may_not_build_is_found_out(
    tree: Path, grader: Grader, tmp_path: Path
) -> None:
    """The program being there is no proof: this one refuses, as on Ubuntu 24.04."""
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    done = grader("doctor", PATH=f"{tmp_path}:/usr/bin:/bin")
    assert done.returncode == 1
    mend = after(done.stdout, "MEND  bubblewrap cannot build a sandbox")
    assert mend == "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"


def test_a_repository_without_a_remote(tree: Path, grader: Grader) -> None:
    """Nothing to push to, and no workflow."""
    git(tree, "init", "-q")
    shown = grader("doctor").stdout
    assert after(shown, "no remote `origin`").startswith("git remote add origin ")
    assert "note  no workflow in .github/workflows" in shown


def test_a_repository_of_another_user(tree: Path, grader: Grader) -> None:
    """git refuses it and names the command; cloning it once more would be no help."""
    git(tree, "init", "-q")
    shown = grader("doctor", GIT_TEST_ASSUME_DIFFERENT_OWNER="1").stdout
    mend = after(shown, f"MEND  git does not trust {tree}: it belongs to another user")
    assert mend == f"git config --global --add safe.directory {tree}"
    assert "git clone" not in shown


def test_the_package_is_the_trees_own(tree: Path, grader: Grader, tmp_path: Path) -> None:
    """A published repository is a package of another name; an environment of uv's has no pip."""
    (tree / "pyproject.toml").write_text('[project]\nname = "my-tasks"\n')
    missing = "MEND  the package my-tasks is not installed"
    paths = os.pathsep.join([str(tmp_path), str(tree), str(ROOT)])
    (tmp_path / "pip.py").write_text("")
    shown = grader("doctor", PYTHONPATH=paths).stdout
    assert after(shown, missing) == "python -m pip install -e ."
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['pip'] = None\n")
    assert after(grader("doctor", PYTHONPATH=paths).stdout, missing) == "uv sync"
    facts = tmp_path / "my_tasks-1.dist-info" / "METADATA"
    facts.parent.mkdir()
    facts.write_text("Metadata-Version: 2.1\nName: my-tasks\nVersion: 1\nRequires-Dist: pytest\n")
    assert "ok    packages: all 1 that are needed" in grader("doctor", PYTHONPATH=paths).stdout
    (tree / "pyproject.toml").write_text("[")
    mend = after(grader("doctor").stdout, "MEND  pyproject.toml is no TOML: ")
    assert mend == "git checkout HEAD -- pyproject.toml"


def test_outside_of_a_repository(grader: Grader, tmp_path: Path) -> None:
    """It still looks at the machine, and says where to go."""
    done = grader("doctor", cwd=tmp_path)
    assert done.returncode == 1
    assert after(done.stdout, "MEND  no exercises/") == "cd FOLDER"


@pytest.mark.parametrize(
    ("remote", "shown"),
    [
        ("git@github.com:ada/tasks.git", "git@github.com:ada/tasks.git"),
        ("https://x:y@example.com/a@b", "https://example.com/a@b"),
        ("/srv/git/work", "/srv/git/work"),
    ],
)
def test_no_secret_of_an_address_is_shown(remote: str, shown: str) -> None:
    """User name and token of an address stay off the screen, even of a strange one."""
    assert without_secret(remote) == shown
