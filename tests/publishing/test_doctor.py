"""`grader doctor` in a published tree, which has a name of its own and knows what it was given."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.publishing.conftest import Students, git


def doctor(tree: Path, *words: str, path: str = "") -> subprocess.CompletedProcess[str]:
    """`grader doctor`, or what else is typed, of the student's own tree, installed or not."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *(words or ("doctor",))],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tree), path])},
        capture_output=True,
        text=True,
    )


def test_a_published_tree_that_is_installed_has_nothing_to_mend(
    student: Students, tmp_path: Path
) -> None:
    """It looked for a package of the name that only the publishing repository has."""
    tree = student({})
    assert "MEND  the package background-tasks is not installed\n" in doctor(tree).stdout
    facts = tmp_path / "installed" / "background_tasks-1.dist-info" / "METADATA"
    facts.parent.mkdir(parents=True)
    facts.write_text("Metadata-Version: 2.1\nName: background-tasks\nVersion: 1\n")
    done = doctor(tree, path=str(facts.parents[1]))
    assert (done.returncode, "MEND" in done.stdout) == (0, False), done.stdout


def test_an_exercise_that_is_gone_comes_back(student: Students) -> None:
    """Deleted, and deleted in a commit: the command that is given brings it back."""
    tree = student({})
    for committed in (False, True):
        shutil.rmtree(tree / "exercises" / "ex3")
        if committed:
            git(tree, "commit", "--quiet", "--all", "-m", "no photos")
        lines = doctor(tree).stdout.splitlines()
        mend = lines[lines.index("MEND  missing: exercises/ex3") + 1].strip()
        assert mend.endswith(" -- exercises/ex3")
        git(tree, *mend.removeprefix("git ").split())
        assert (tree / "exercises" / "ex3" / "exercise.toml").is_file()


def test_a_command_for_an_exercise_that_is_gone(student: Students) -> None:
    """There is such an exercise; it is not here."""
    tree = student({})
    shutil.rmtree(tree / "exercises" / "ex3")
    done = doctor(tree, "reset", "ex3")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "grader: exercises/ex3 is gone; bring it back: git checkout HEAD -- exercises/ex3\n"
    )
