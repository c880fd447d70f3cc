"""`grader explain`: what a check proves, never how it is made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.exercise import all_exercises
from grader.student.catalogue import checks_of
from tests.student.conftest import Grader


def test_the_catalogue_is_what_runs(tree: Path, grader: Grader) -> None:
    """Read without running, the checks are the ones that a grading run reports, in its order."""
    for name in all_exercises():
        (tree / "exercises" / name / "app.py").write_text("")  # ends every check at once
    report = json.loads(grader("grade", ".", "--sandbox", "none", "--json", "-").stdout)
    for exercise, graded in zip(all_exercises().values(), report["exercises"], strict=True):
        keys = ("id", "title", "task", "max_points", "visible")
        theirs = [tuple(check[key] for key in keys) for check in graded["checks"]]
        ours = [(e.id, e.title, e.task, e.points, e.visible) for e in checks_of(exercise)]
        assert ours == theirs
        assert len(ours) >= 15


@pytest.mark.parametrize(
    "name",
    [
        "ex1/mail_after_response",
        "mail_after_response",
        "exercises/ex1/test_ex1.py::test_mail_after_response",
        "the email leaves after the response",
        "mail leaves response",
    ],
)
def test_a_check_by_any_of_its_names(name: str, grader: Grader) -> None:
    """Its id, pytest's id, its title, or a part of it."""
    done = grader("explain", *name.split())
    assert done.returncode == 0
    assert done.stdout.startswith("ex1/mail_after_response: the email leaves after the response")
    assert "In production that server is slow" in " ".join(done.stdout.split())


def test_a_hidden_check_stays_hidden(grader: Grader) -> None:
    """What it proves is said, its source is not."""
    done = grader("explain", "ex1/answer_does_not_wait")
    assert done.returncode == 0
    assert "grader hint ex1 --task 2" in done.stdout
    for secret in ("assert", "in_order", "desk", "suites", "def "):
        assert secret not in done.stdout


def test_several_fit(grader: Grader) -> None:
    """The ones that fit are named."""
    done = grader("explain", "mail")
    assert (done.returncode, done.stdout) == (2, "")
    assert "fits " in done.stderr
    assert "ex1/mail_after_response" in done.stderr


def test_an_exercise_lists_its_checks(grader: Grader) -> None:
    """So that nobody has to know an id by heart."""
    ids = [entry.id for entry in checks_of(all_exercises()["ex3"])]
    shown = grader("explain", "ex3").stdout
    assert [one for one in ids if f"{one}: " in shown] == ids
