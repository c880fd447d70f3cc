"""The command line, as a user types it: a status, one plain line for bad input, a result."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOLUTION = (ROOT / "solutions" / "ex1" / "app.py").read_text(encoding="utf-8")

BROKEN = {
    "syntax": ("def app(:\n", "app.py has a syntax error in line 1"),
    "import": ("import nothing_of_that_name\n", "app.py cannot be imported: ModuleNotFoundError"),
    "no app": ("x = 1\n", "app.py defines no `app`"),
    "not asgi": ("app = 42\n", "`app` in app.py is not an ASGI application"),
    "exits": ("raise SystemExit(0)\n", "The app ended while starting (status 0)"),
    "crashes": ("import os\nos.abort()\n", "The app ended while starting (SIG"),
    "lifespan": (
        "from contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n"
        "@asynccontextmanager\nasync def lifespan(app):\n    raise ValueError('no database')\n"
        "    yield\napp = FastAPI(lifespan=lifespan)\n",
        "The lifespan of the app failed: ValueError: no database",
    ),
    "raises": (
        "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/users')\ndef f():\n"
        "    raise ValueError('deliberate')\n",
        "The endpoint raised ValueError: deliberate",
    ),
    "exits in a handler": (
        "import os\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/users')\n"
        "def f():\n    os._exit(3)\n",
        "The app ended during the check (status 3)",
    ),
    "prints": ("print('x' * 5_000_000)\n", "app.py defines no `app`"),
}


def run(*args: str, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader", *args]
    full = {**os.environ, **env}
    return subprocess.run(
        command, cwd=cwd, env=full, capture_output=True, text=True, timeout=120, check=False
    )


def a_tree(folder: Path, app: str) -> Path:
    target = folder / "exercises" / "ex1"
    target.mkdir(parents=True)
    (target / "app.py").write_text(app, encoding="utf-8")
    return folder


def test_full_marks_are_status_0(tmp_path: Path) -> None:
    """The solution earns all points; the report on disk says the same as the screen."""
    report = tmp_path / "report.json"
    done = run("grade", "solutions", "--exercise", "ex1", "--json", str(report))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("25 of 25 points\n")
    data = json.loads(report.read_text())
    assert (data["schema"], data["points"]) == ("afterwards/report/v1", 25)
    assert data["sandbox"] == "bubblewrap"


@pytest.mark.parametrize(
    ("where", "path"),
    [(".", "solutions/ex1"), ("solutions/ex1", "."), (".", "exercises/ex1/"), ("exercises", "ex1")],
)
def test_one_exercise_can_be_named_by_its_folder(where: str, path: str) -> None:
    """What pytest takes, `grader grade` takes; it is graded as a part of its tree."""
    done = run("grade", path, cwd=ROOT / where)
    assert (done.returncode, done.stderr) == (int("exercises" in where + path), "")
    assert done.stdout.endswith(" of 25 points\n")


def test_a_repository_may_be_called_like_an_exercise(tmp_path: Path) -> None:
    """What is in a folder counts, not what it is called."""
    shutil.copytree(ROOT / "solutions" / "ex1", tmp_path / "ex1" / "exercises" / "ex1")
    done = run("grade", str(tmp_path / "ex1"), "--exercise", "ex1")
    assert done.stdout.endswith("\n25 of 25 points\n")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_app_is_a_result_in_words(name: str, tmp_path: Path) -> None:
    """Whatever is wrong with app.py, there are 0 points, status 1, and one line that says why."""
    source, words = BROKEN[name]
    done = run("grade", str(a_tree(tmp_path, source)), "--exercise", "ex1")
    assert done.returncode == 1
    assert words in done.stdout
    assert done.stdout.endswith("0 of 25 points\n")
    assert "/grader/" not in done.stdout
    assert len(done.stdout) < 200_000


def test_other_exercises_are_still_graded(tmp_path: Path) -> None:
    """A broken exercise, and a missing one, cost only their own points."""
    a_tree(tmp_path, SOLUTION)
    other = tmp_path / "exercises" / "ex4"
    other.mkdir()
    (other / "app.py").write_text("raise SystemExit(5)\n")
    done = run("grade", str(tmp_path))
    assert done.returncode == 1
    assert "25 of 25 points, 19 of 19 checks" in done.stdout
    assert "not reached: ex2/app.py is missing" in done.stdout
    assert "(status 5)" in done.stdout
    assert done.stdout.endswith("25 of 100 points\n")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["grade", "no/such/path"], "no such path: 'no/such/path'"),
        (["grade", "pyproject.toml"], "is a file"),
        (["grade", "tests"], "no exercises in 'tests'"),
        (["grade", "solutions", "--exercise", "ex9"], "no exercise 'ex9'; there are ex1, ex2"),
        (
            ["grade", "no/such/path", "--report", "html:ex9=x.html"],  # before it looks at the path
            "--report 'html:ex9=x.html': no exercise 'ex9'; there are ex1, ex2, ex3, ex4",
        ),
        (["grade", "solutions", "--exercise", "ex1", "--json", "/no/x"], "cannot write '/no/x'"),
    ],
)
def test_bad_input_is_status_2_and_one_line(args: list[str], words: str) -> None:
    """What cannot be graded is said in one line, without a traceback."""
    done = run(*args)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
@pytest.mark.parametrize("limit", ["-n 200", "-l 32", "-t 15", "-i 100", "-f 9000"])
def test_a_low_limit_of_the_machine_costs_no_points(limit: str) -> None:
    """Where the machine allows less than the sandbox would, that is what an app gets."""
    grade = f"{sys.executable} -m grader grade solutions --exercise ex1"
    done = subprocess.run(
        ["bash", "-c", f"ulimit {limit} && exec {grade}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("25 of 25 points\n")


@pytest.mark.parametrize("env", [{"CI": "true"}, {}])
def test_without_bubblewrap(env: dict[str, str], tmp_path: Path) -> None:
    """In CI the sandbox is required; at home your own tree is graded without, and it says so."""
    done = run("grade", "solutions", "--exercise", "ex1", PATH=str(tmp_path), **{"CI": "", **env})
    if env:
        assert done.returncode == 2
        assert "bubblewrap (bwrap) is not here; install it" in done.stderr
    else:
        assert done.returncode == 0
        assert "graded without a sandbox" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
def test_a_cancelled_job_leaves_nothing_behind(tmp_path: Path) -> None:
    """A CI says SIGTERM; stage and sockets lie in the temporary folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "grade", "solutions"],
        cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while len(os.listdir(tmp_path)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.terminate()
    assert process.communicate(timeout=30) == (b"", b"")
    assert process.returncode == 128 + signal.SIGTERM
    assert os.listdir(tmp_path) == []
