"""Every attack earns nothing, harms nobody, shows nothing, and is told in one plain line.

One in three by default; all with AFTERWARDS_ALL=1, which takes ten minutes on two cores.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.exercise import all_exercises
from grader.grading import grade
from grader.reporters import json as json_reporter
from grader.reporters import terminal
from grader.results import Outcome, Report
from grader.serving.limits import LIMITS, Limits
from grader.submission import read_submission
from tests.hostile.case import Case
from tests.hostile.cases import ALL
from tests.hostile.conftest import CANARY
from tests.hostile.machine import look, peak_memory, settled

ROOT = Path(__file__).parents[2]
EVERY = 1 if os.environ.get("AFTERWARDS_ALL") else 3
GROWTH = 400 << 20  # of the grader itself; a flood may fill its buffers, no more
FORBIDDEN = ("FOUND", "MANY", CANARY, "grader.suites", str(ROOT), "Traceback (most recent call")
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
COMMAND = re.compile(r"^\s*::|##\[|##vso\[", re.MULTILINE)


def a_tree(folder: Path, exercise: str, app: str, **beside: str) -> Path:
    """A submission: one app, and files beside it."""
    target = folder / "exercises" / exercise
    target.mkdir(parents=True)
    (target / "app.py").write_text(app, encoding="utf-8")
    for name, text in beside.items():
        (folder / name).write_text(text)
    return folder


def graded(tree: Path, exercise: str, limits: Limits = LIMITS) -> Report:
    chosen = {exercise: all_exercises()[exercise]}
    return grade(read_submission(tree, chosen), chosen, limits=limits)


def expect_harmless(text: str) -> None:
    """No control character, no CI command, nothing of the grader or the host in what is shown."""
    assert not CONTROL.search(text)
    assert not COMMAND.search(text)
    assert not [word for word in FORBIDDEN if word in text], text[-3000:]
    assert len(text) < 400_000


@pytest.mark.parametrize("case", ALL[::EVERY], ids=str)
def test_an_attack_earns_nothing(case: Case, temporary: Path, tmp_path: Path) -> None:
    """No points, the reason in words, nothing left behind, and full marks for whoever is next."""
    tree = a_tree(tmp_path / "hostile", case.exercise, case.app)
    honest = a_tree(tmp_path / "honest", "ex1", (ROOT / "solutions/ex1/app.py").read_text())
    before = look(temporary)
    peak_memory()
    report = graded(tree, case.exercise, case.limits)
    peak = peak_memory()
    messages = [check.message or "" for check in report.exercises[0].checks]
    outcomes = {check.outcome for check in report.exercises[0].checks}
    assert [c.id for c in report.exercises[0].checks if c.points] == []
    assert Outcome.ERROR not in outcomes, [m for m in messages if "grader failed" in m]
    assert re.search(case.says, "\n".join(messages), re.IGNORECASE), messages[0]
    assert peak_memory() - peak < GROWTH
    expect_harmless(terminal.render(report, verbose=True))
    shown = json_reporter.render(report)
    assert len(shown) < 4_000_000
    assert CANARY not in shown
    assert graded(honest, "ex1").points == 25
    assert settled(temporary, before) == before


@pytest.mark.parametrize("case", [case for case in ALL if case.command][::EVERY], ids=str)
def test_the_command_says_so_too(case: Case, temporary: Path, tmp_path: Path) -> None:
    """The real command: status 1, no points in the report, plain text on the screen."""
    tree = a_tree(tmp_path / "hostile", case.exercise, case.app)
    before = look(temporary)
    file = tmp_path / "report.json"
    command = [sys.executable, "-m", "grader", "grade", str(tree), "--exercise", case.exercise]
    done = subprocess.run(
        [*command, "--json", str(file)], cwd=ROOT, env={**os.environ, "TMPDIR": str(temporary)},
        stdin=subprocess.DEVNULL, capture_output=True, timeout=180, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, b"")
    report = json.loads(file.read_text(), parse_constant=pytest.fail)
    assert report["points"] == 0
    expect_harmless(done.stdout.decode())
    assert settled(temporary, before) == before
