"""`pytest exercises/exN`, as a student types it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["coroutine_passed_to_add_task", "awaited_inside_add_task"])
def test_a_forgotten_coroutine_is_a_failed_check_and_no_more(name: str) -> None:
    """It warns when it is collected, which may be when pytest is leaving: no traceback of that."""
    app = f"tests/specimens/ex1/wrong/{name}.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "exercises/ex1"]
    for _ in range(3):  # when it is collected is a matter of luck
        done = subprocess.run(
            [*command, "--app", app], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == pytest.ExitCode.TESTS_FAILED
        assert done.stderr == ""
        assert "PytestUnraisableExceptionWarning" not in done.stdout


def test_checks_run_in_the_order_of_the_page() -> None:
    """Also in this project, whose own tests are shuffled: the first failure is where to begin."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", "exercises/ex1"]
    for seed in (1, 2, 3):
        done = subprocess.run(
            [*command, f"--randomly-seed={seed}"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        ran = re.findall(r"::test_(\w+) (?:PASSED|FAILED)", done.stdout)
        source = (ROOT / "exercises/ex1/test_ex1.py").read_text(encoding="utf-8")
        assert ran == re.findall(r"^async def test_(\w+)", source, re.MULTILINE)


def test_a_check_that_did_not_see_everything_has_not_passed(tmp_path: Path) -> None:
    """An app cannot push off the timeline what it should not do."""
    source = (ROOT / "solutions/ex1/app.py").read_text(encoding="utf-8")
    begin = "    background.add_task(welcome"
    assert begin in source
    flood = "    for _ in range(2_600):\n        storage.update('users', str(user_id), a=1)\n"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "exercises/ex1"]
    for times, status in ((1, pytest.ExitCode.OK), (2, pytest.ExitCode.TESTS_FAILED)):
        app = tmp_path / f"app{times}.py"
        app.write_text(source.replace(begin, flood * times + begin), encoding="utf-8")
        done = subprocess.run(
            [*command, "--app", str(app)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == status
        told = "Your app did more than 5,000 things in one check." in done.stdout
        assert told is (times == 2)
