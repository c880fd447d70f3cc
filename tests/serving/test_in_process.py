"""A test run beside the app comes to its end, whatever the app's threads were waiting for."""

from __future__ import annotations

import subprocess
import sys

from tests.in_process import ROOT

RUN = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "grader/suites/ex2", "-k", "until_done"]


def test_a_failed_check_lets_a_held_worker_go() -> None:
    """The check fails while the build is on hold; Python waits at exit for the app's own pool."""
    app = ROOT / "tests/specimens/ex2/wrong/empty_file_while_not_done.py"
    command = [sys.executable, "-m", "pytest", *RUN, "--app", str(app)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "expected   status 409" in done.stdout
