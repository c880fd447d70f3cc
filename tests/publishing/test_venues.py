"""Bundles for Gradescope and Classroom 50, unpacked and started as the venue would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.publishing.conftest import ROOT, Students, grader
from tests.publishing.places import solution
from tests.publishing.runner import pretended_tools

SUBMISSIONS = {
    "full": solution("ex1"),
    "partial": {
        "exercises/ex1/app.py": ROOT / "tests/specimens/ex1/wrong/inline_before_the_response.py"
    },
    "hostile": {"exercises/ex1/app.py": "import os\nos._exit(0)\n"},
}
NAMES = {
    "CLASSROOM": "web-101",
    "ASSIGNMENT": "background-tasks",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://example.com/o/r/commit/a1b2c3d",
    "RELEASE_URL": "https://example.com/o/r/releases/tag/x",
    "REVIEW_URL": "https://example.com/o/r/commit/a1b2c3d",
    "OWNER": "ada",
    "ASSIGNMENT_TYPE": "individual",
}


@pytest.fixture(scope="session")
def gradescope(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """/autograder as Gradescope makes it, with our zip unpacked in source/."""
    home = tmp_path_factory.mktemp("autograder")
    done = grader("publish", "--gradescope", home / "autograder.zip")
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(home / "autograder.zip") as archive:
        archive.extractall(home / "source")
    shutil.copyfile(home / "source" / "run_autograder", home / "run_autograder")
    return home


@pytest.fixture(scope="session")
def classroom50(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle, with the hidden checks, so that it gives the same points as the others."""
    folder = tmp_path_factory.mktemp("classroom50") / "bundle"
    done = grader("publish", "--classroom50", folder, "--with-hidden")
    assert done.returncode == 0, done.stderr
    return folder


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    return {**pretended_tools(tmp_path / "tools"), "HOME": str(tmp_path), "LANG": "C.UTF-8", **more}


def on_gradescope(
    home: Path, submission: Path, tmp_path: Path, **more: str
) -> tuple[int, dict[str, Any] | None]:
    place = tmp_path / "autograder"
    place.mkdir()
    os.symlink(home / "source", place / "source")
    os.symlink(submission, place / "submission")
    done = subprocess.run(
        ["bash", home / "run_autograder"],
        env=environment(tmp_path, AUTOGRADER=str(place), **more),
        cwd="/",
        capture_output=True,
        text=True,
    )
    results = place / "results" / "results.json"
    return done.returncode, json.loads(results.read_text()) if results.exists() else None


def on_classroom50(
    bundle: Path, submission: Path, tmp_path: Path, **more: str
) -> tuple[int, dict[str, Any] | None]:
    done = subprocess.run(
        [sys.executable, bundle / "autograder.py"],
        env=environment(tmp_path, **{**NAMES, **more}),
        cwd=submission,
        capture_output=True,
        text=True,
    )
    result = submission / "result.json"
    return done.returncode, json.loads(result.read_text()) if result.exists() else None


@pytest.mark.parametrize("kind", SUBMISSIONS)
def test_every_venue_gives_the_points_of_the_command(
    kind: str, gradescope: Path, classroom50: Path, student: Students, tmp_path: Path
) -> None:
    """The same sum, the same maximum, the same titles."""
    submission = student(SUBMISSIONS[kind])
    grader("grade", submission, "--json", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    titles = [check["title"] for one in report["exercises"] for check in one["checks"]]

    status, results = on_gradescope(gradescope, submission, tmp_path)
    assert status == 0
    assert results is not None
    assert sum(test["score"] for test in results["tests"]) == report["points"]
    assert sum(test["max_score"] for test in results["tests"]) == report["max_points"] == 100
    assert len(results["tests"]) == len(titles)
    assert all(t in test["name"] for t, test in zip(titles, results["tests"], strict=True))

    status, result = on_classroom50(classroom50, submission, tmp_path)
    assert status == 0
    assert result is not None
    assert (result["score"], result["max-score"]) == (report["points"], 100)
    assert len(result["tests"]) == len(titles)


def test_an_assignment_named_after_an_exercise_is_that_exercise(
    classroom50: Path, student: Students, tmp_path: Path
) -> None:
    """One assignment for each, or one for all: the slug decides."""
    submission = student(solution("ex1"))
    (submission / "result.json" / "full").mkdir(parents=True)  # a student's folder is in the way
    status, result = on_classroom50(classroom50, submission, tmp_path, ASSIGNMENT="ex1")
    assert (status, result and result["score"], result and result["max-score"]) == (0, 25, 25)


def test_without_a_sandbox_there_is_no_grade_anywhere(
    gradescope: Path, classroom50: Path, student: Students, tmp_path: Path
) -> None:
    """A bubblewrap that cannot work, as in some containers: a failed autograder, never a 0."""
    tools = tmp_path / "broken"
    tools.mkdir()
    (tools / "bwrap").write_text("#!/bin/sh\necho no namespaces >&2\nexit 1\n")
    (tools / "bwrap").chmod(0o755)
    submission = student(solution("ex1"))
    pretended = pretended_tools(tmp_path / "tools")
    path = {"PATH": f"{tools}:{pretended['PATH']}"}
    status, results = on_gradescope(gradescope, submission, tmp_path, **path)
    assert (status, results) == (2, None)
    (submission / "result.json").write_text('{"score": 100}')
    status, result = on_classroom50(classroom50, submission, tmp_path, **path)
    assert (status, result) == (2, None)


def test_the_zip_is_the_same_every_time(gradescope: Path, tmp_path: Path) -> None:
    """No hour, no user; scripts may be executed; the hidden checks are in, solutions are not."""
    assert grader("publish", "--gradescope", tmp_path / "b.zip").returncode == 0
    first, second = gradescope / "autograder.zip", tmp_path / "b.zip"
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
    assert (modes["setup.sh"], modes["run_autograder"]) == (0o755, 0o755)
    assert "afterwards/grader/suites/ex1/test_1_register.py" in modes
    assert not [name for name in modes if "solutions" in name or "specimens" in name]


def test_setup_installs_and_says_whether_the_sandbox_works(
    gradescope: Path, tmp_path: Path
) -> None:
    """Run with pretended apt and pip: the script itself has no mistake."""
    done = subprocess.run(
        ["bash", gradescope / "source" / "setup.sh"],
        env=environment(tmp_path, AUTOGRADER=str(gradescope)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "The sandbox works while the image is built." in done.stdout
