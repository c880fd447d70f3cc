"""`pytest --report-html`: the same page for a run at home."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
THREAD = "tests/specimens/ex1/wrong/thread_in_the_endpoint.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "exercises/ex1", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT, env=environment, text=True, capture_output=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_page_has_the_checks_of_the_run(tmp_path):
    """Failures with their picture, passes folded, and pytest says where the page is."""
    file = tmp_path / "page.html"
    done = run("--app", THREAD, "--report-html", str(file))
    assert done.returncode == 1
    assert f"the report is in {file}" in done.stdout
    page = file.read_text(encoding="utf-8")
    assert "of 10</span>" in page
    assert "the email leaves after the response" in page
    assert "Out of place: mail.sent" in page


def test_what_cannot_be_written_is_named_first(tmp_path):
    """A folder that is not there ends the run before any check."""
    done = run("--report-html", str(tmp_path / "no" / "page.html"))
    assert done.returncode == 4
    assert "--report-html: cannot write" in done.stderr
    assert "Traceback" not in done.stderr


def test_workers_are_refused(tmp_path):
    """Results of worker processes do not reach the page, so -n is refused in words."""
    done = run("-n", "2", "--report-html", str(tmp_path / "page.html"))
    assert done.returncode == 4
    assert "leave -n out" in done.stderr
