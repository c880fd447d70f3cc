"""What holds for root holds for an ordinary user: one honest app, and some hostile ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.cases import ALL
from tests.hostile.machine import look, settled
from tests.hostile.test_hostile import ROOT, a_tree, expect_harmless

NOBODY, NOBODY_ELSE = 65534, 64_321  # the second has no other process, which would count
CASES = [
    case
    for case in ALL
    if case.name in ("fork_bomb_in_handler", "kill_everyone_in_handler", "escalate_in_handler",
                     "leave_traces_at_import", "search_environment_in_handler", "memory_of_children")
]  # fmt: skip


def as_nobody(
    *args: str, temporary: Path, user: int = NOBODY
) -> subprocess.CompletedProcess[bytes]:
    """Run Python as a user without any rights."""
    return subprocess.run(
        [sys.executable, *args], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"},
        user=user, group=NOBODY, extra_groups=[], timeout=100, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def _readable(temporary: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("runs as an ordinary user already: all of tests/hostile shows it")
    try:
        done = as_nobody("-c", "import grader.cli", temporary=temporary)
    except PermissionError:
        pytest.skip("an ordinary user cannot read this Python")
    if done.returncode:
        pytest.skip("an ordinary user cannot read this checkout and its packages")


@pytest.fixture
def folder(temporary: Path) -> Path:
    """A folder that the user may write to."""
    temporary.chmod(0o1777)
    return temporary


def grade_as_nobody(tree: Path, folder: Path) -> dict[str, object]:
    args = ("-m", "grader", "grade", str(tree), "--exercise", "ex1", "--json", "-")
    done = as_nobody(*args, "--sandbox", "bubblewrap", temporary=folder)
    assert done.returncode in (0, 1), done.stderr.decode()
    report: dict[str, object] = json.loads(done.stdout)
    return report


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_attack_earns_nothing_as_an_ordinary_user(
    case, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same verdicts without root: nothing for the attack, full marks for the honest app."""
    trees = folder / case.name
    hostile = a_tree(trees / "hostile", "ex1", case.app)
    honest = a_tree(trees / "honest", "ex1", (ROOT / "solutions/ex1/app.py").read_text())
    before = look(folder)
    report = grade_as_nobody(hostile, folder)
    assert report["points"] == 0
    messages = [check["message"] or "" for check in report["exercises"][0]["checks"]]
    expect_harmless("".join(line for message in messages for line in message.splitlines(True)))
    assert grade_as_nobody(honest, folder)["points"] == 25
    assert settled(folder, before) == before


@pytest.mark.parametrize(("most", "others"), [(63, 0), (64, 60), (64, 61), (64, 62), (64, 63)])
def test_too_few_processes_is_status_2(most: int, others: int, folder: Path) -> None:
    """Wherever the machine stops to start processes: one line that names the limit to raise."""
    code = f"""
import resource, subprocess
others = [subprocess.Popen(["sleep", "100"]) for _ in range({others})]
resource.setrlimit(resource.RLIMIT_NPROC, ({most}, {most}))
try:
    from grader.__main__ import main
    main()
finally:
    for other in others:
        other.kill()
        other.wait()
"""
    args = ("-c", code, "grade", "solutions", "--exercise", "ex1", "--sandbox", "bubblewrap")
    done = as_nobody(*args, temporary=folder, user=NOBODY_ELSE)
    lines = (done.stdout + done.stderr).decode().splitlines()
    assert (done.returncode, len(lines)) == (2, 1), lines
    assert "ulimit" in lines[0]
