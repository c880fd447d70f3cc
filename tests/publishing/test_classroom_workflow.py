"""The published workflow, its steps run in order in a fresh clone, for three kinds of student."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.publishing.conftest import Students
from tests.publishing.places import TOKEN, Push, previous, solution

ALL = {**solution("ex1"), **solution("ex2"), **solution("ex3"), **solution("ex4")}
CLASS = {"AFTERWARDS_GRADER": "school/grader"}
HOSTILE = """
import os, sys
for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV"):
    try:
        open(os.environ.get(name, "/dev/null"), "a").write("status=0\\nex1=e30=\\n# 100 points\\n")
    except OSError:
        pass
print("::notice::Points 100/100")
print("::add-mask::a")
print("ENVIRONMENT", sorted(os.environ))
sys.stdout.flush()
os._exit(0)
"""
PLANTED = "import os\nos._exit(0)\n"


def push(repository: Path, tmp_path: Path, **more: object) -> Push:
    return Push(repository, tmp_path / "work", before=previous(repository), **more)  # type: ignore[arg-type]


def points(push: Push) -> dict[str, tuple[int, int]]:
    graded = push.report()["exercises"]
    return {one["id"]: (one["points"], one["max_points"]) for one in graded}


def test_full_marks_in_a_bare_fork_are_green(student: Students, tmp_path: Path) -> None:
    """No variable, no secret: the visible checks of what the push changed, and it says so."""
    made = push(student(solution("ex1")), tmp_path)
    ran = made.run()
    assert ran.ok, ran.log
    assert points(made) == {"ex1": (10, 10)}
    assert "5 of 5 visible checks" in ran.log
    assert ran.summary.startswith("## 10 of 10 points\n")
    assert "hidden checks" in ran.summary
    assert made.artifacts == ["report.json"]
    assert made.sent is None


def test_missing_points_are_a_red_cross_unless_advisory(student: Students, tmp_path: Path) -> None:
    """The same points either way; the instructor chooses the colour."""
    repository = student({"exercises/ex1/app.py": "app = None\n"})
    gate = push(repository, tmp_path / "gate")
    ran = gate.run()
    assert not ran.ok
    assert ran.steps["grade"]["outputs"]["status"] == "1"
    assert "Points are missing" in ran.log
    assert gate.artifacts == ["report.json"]
    advice = push(repository, tmp_path / "advice", vars={"AFTERWARDS_ADVISORY": "true"})
    assert advice.run().ok
    assert points(advice) == points(gate) == {"ex1": (0, 10)}


def test_in_class_the_hidden_checks_count(student: Students, tmp_path: Path) -> None:
    """The grader of the private repository runs, not the student's; GitHub Classroom is told."""
    made = push(
        student({**ALL, "exercises/ex2/app.py": "app = None\n"}),
        tmp_path,
        vars={**CLASS, "AFTERWARDS_CLASSROOM": "true"},
        secrets={"AFTERWARDS_TOKEN": TOKEN},
    )
    ran = made.run()
    assert not ran.ok
    assert points(made) == {"ex1": (25, 25), "ex2": (0, 25), "ex3": (25, 25), "ex4": (25, 25)}
    assert made.sent == (75, 100)
    assert "visible checks" not in ran.log


def test_a_hostile_student_gains_nothing(student: Students, tmp_path: Path) -> None:
    """It writes to every file of the runner, prints commands, and brings its own tests."""
    planted = ("exercises/ex1/test_ex1.py", "conftest.py", "exercises/conftest.py")
    made = push(
        student({"exercises/ex1/app.py": HOSTILE, **dict.fromkeys(planted, PLANTED)}),
        tmp_path,
        vars=CLASS,
        secrets={"AFTERWARDS_TOKEN": TOKEN},
    )
    ran = made.run()
    assert not ran.ok
    assert ran.steps["grade"]["outputs"]["status"] == "1"
    assert made.report()["points"] == 0
    assert ran.summary.startswith("## 0 of 25 points\n")
    assert "# 100 points" not in ran.summary.splitlines()
    assert "::remove-matcher owner=python::" in ran.log.splitlines()
    assert [line for line in ran.log.splitlines() if line.startswith("::notice::Points")] == []
    assert [line for line in ran.log.splitlines() if line.startswith("::add-mask")] == []
    notices = " ".join(made.report()["notices"])
    assert "exercises/ex1/test_ex1.py" in notices


def test_the_token_is_nowhere_when_student_code_runs(student: Students, tmp_path: Path) -> None:
    """Not in a step's environment, not in the log, not in a file of the workspace."""
    made = push(
        student(solution("ex1")),
        tmp_path,
        vars=CLASS,
        secrets={"AFTERWARDS_TOKEN": TOKEN},
    )
    ran = made.run()
    assert ran.ok, ran.log
    assert TOKEN not in ran.log + str(ran.environments)
    files = [path for path in made.workspace.rglob("*") if path.is_file()]
    assert [path for path in files if TOKEN.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("secrets", [{}, {"AFTERWARDS_TOKEN": "expired"}])
def test_a_class_grader_that_cannot_be_read_is_an_error_and_no_grade(
    student: Students, tmp_path: Path, secrets: dict[str, str]
) -> None:
    """Visible points alone would be a grade of another size."""
    made = push(student(solution("ex1")), tmp_path, vars=CLASS, secrets=secrets)
    ran = made.run()
    assert not ran.ok
    assert "::error::AFTERWARDS_GRADER names a repository that could not be read" in ran.log
    assert made.artifacts == []


def test_a_push_grades_what_it_changed_and_on_demand_all(student: Students, tmp_path: Path) -> None:
    """Two exercises and a note in one push; a note alone; then by hand; then a new branch."""
    changed = student({**solution("ex1"), **solution("ex3"), "notes.md": "mine\n"}, "two")
    made = push(changed, tmp_path / "two")
    assert made.run().ok
    assert points(made) == {"ex1": (10, 10), "ex3": (10, 10)}
    elsewhere = push(student({"README.md": "mine\n"}, "else"), tmp_path / "else")
    assert "To grade: all exercises" in elsewhere.run().log
    asked = push(changed, tmp_path / "asked", event="workflow_dispatch")
    assert "To grade: all exercises" in asked.run().log
    fresh = Push(changed, tmp_path / "fresh" / "work", before="0" * 40)
    assert "To grade: all exercises" in fresh.run().log
