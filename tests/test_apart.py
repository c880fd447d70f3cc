"""A grader that stands still in C code costs the exercise that made it do so, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.serving.bubblewrap import find_bubblewrap

ROOT = Path(__file__).parents[1]
# In a process without threads, since grading forks.
GRADE = """
import os, re, sys
from pathlib import Path
from grader import apart
from grader.exercise import all_exercises
from grader.grading import grade
from grader.reporters import json
from grader.serving.limits import Limits
from grader.submission import read_submission
from grader.suites import jobs

apart.SLACK_S = 0.0
jobs.has_reason = {
    "hang": lambda *_: re.fullmatch("(a+)+b", "a" * 60),
    "die at once": None,
    "die": lambda *_: os.abort(),
    "eat": lambda *_: b"x" * (3 << 30),
}[sys.argv[1]]
if sys.argv[1] == "die at once":
    apart.Session.pytest_collection_modifyitems = lambda _self, items: os.abort()
chosen = {name: all_exercises()[name] for name in ("ex2", "ex1")}
limits = Limits(exercise_s=12.0, start_s=4.0, check_s=4.0)
print(json.render(grade(read_submission(Path("solutions"), chosen), chosen, limits=limits, jobs=2)))
"""

pytestmark = pytest.mark.skipif(find_bubblewrap() is None, reason="no bubblewrap here")


def graded(tmp_path: Path, how: str) -> subprocess.CompletedProcess[str]:
    """Grade two solutions while a helper of the suite of exercise 2 misbehaves."""
    return subprocess.run(
        [sys.executable, "-c", GRADE, how], cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_check_that_never_ends_costs_its_exercise(tmp_path: Path) -> None:
    """What was graded before it keeps its points; the other exercise has all of them."""
    done = graded(tmp_path, "hang")
    report = json.loads(done.stdout)
    stopped, other = report["exercises"]
    assert other["points"] == 25
    assert 0 < stopped["points"] < 25
    outcomes = [check["outcome"] for check in stopped["checks"]]
    place = outcomes.index("failed")
    assert set(outcomes[:place]) == {"passed"}
    assert set(outcomes[place + 1 :]) == {"not_reached"}
    message = stopped["checks"][place]["message"]
    assert message.startswith(
        "Exercise ex2 was not graded to its end within 20 s: this check did not"
    )
    assert os.listdir(tmp_path) == []


def test_a_check_that_takes_too_much_memory_has_failed(tmp_path: Path) -> None:
    """What an app made can unpack to gigabytes: the process has a limit, and goes on after it."""
    done = graded(tmp_path, "eat")
    stopped, other = json.loads(done.stdout)["exercises"]
    assert other["points"] == 25
    failed = [check for check in stopped["checks"] if check["outcome"] != "passed"]
    assert {check["outcome"] for check in failed} == {"failed"}
    assert failed[0]["message"].startswith("To look at what the app sent or saved takes the grader")
    assert stopped["checks"][-1]["outcome"] == "passed"
    assert done.stderr == ""


def test_a_grader_that_dies_is_an_error_of_one_check(tmp_path: Path) -> None:
    """It is no verdict on anybody, and takes none away: those before it stand, and the other's."""
    done = graded(tmp_path, "die")
    report = json.loads(done.stdout)
    stopped, other = report["exercises"]
    assert other["points"] == 25
    assert 0 < stopped["points"] < 25
    outcomes = [check["outcome"] for check in stopped["checks"]]
    place = outcomes.index("error")
    assert set(outcomes[:place]) == {"passed"}
    assert set(outcomes[place + 1 :]) == {"not_reached"}
    assert stopped["checks"][place]["message"] == (
        "A process of the grader ended early (signal 6), in ex2: this check was not graded;"
        " the grader failed, not you."
    )
    assert os.listdir(tmp_path) == []


def test_a_grader_that_dies_before_it_has_a_plan_gives_no_grade(tmp_path: Path) -> None:
    """Nobody knows what the points would have been."""
    done = graded(tmp_path, "die at once")
    assert done.returncode == 1
    assert "GradingError: a process of the grader ended early (signal 6), in ex" in done.stderr
    assert os.listdir(tmp_path) == []
