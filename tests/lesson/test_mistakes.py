"""Page 14: an app that makes a mistake fails the very check that the page names for it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from grader.results import Outcome
from tests.lesson.pages import LESSON, ROOT
from tests.lesson.test_pages import CAUGHT
from tests.matrix import SPECIMENS, grade_app

PAGE = (LESSON / "14-mistakes.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if CAUGHT.search(line)]
MADE_BY = {
    "Calling the function": "called_instead_of_passed",
    "Expecting the result": "row_inserted_in_the_background",
    "A thread": "thread_in_the_endpoint",
    "No error handling": "error_ends_the_remaining_tasks",
    "A status that stays": "report_error_not_caught",
    "Assuming": "done_before_the_file_is_saved",
    "Blocking": "async_task_blocks_the_loop",
    "Handing over the upload": "upload_read_in_the_task",
    "A very long task": "waits_a_minute_first",
    "No timeout": "no_wait",
    "One failure": "one_failure_stops_all",
}


def test_every_mistake_is_made_by_a_specimen() -> None:
    """Neither list has what the other has not."""
    assert len(ROWS) == len(MADE_BY)
    assert all(any(row.startswith(f"| {start}") for row in ROWS) for start in MADE_BY)


@pytest.mark.parametrize("start", MADE_BY)
def test_the_named_check_catches_the_mistake(start: str) -> None:
    """Graded as in class, it does not get the points of that check."""
    (row,) = [row for row in ROWS if row.startswith(f"| {start}")]
    exercise, task, title = CAUGHT.findall(row)[0]
    report = grade_app(SPECIMENS / exercise / "wrong" / f"{MADE_BY[start]}.py", exercise)
    checks = report.exercises[0].checks
    caught = [(c.title, c.task) for c in checks if c.outcome is Outcome.FAILED]
    assert (title, int(task)) in caught


def test_the_message_that_the_page_shows_is_the_message() -> None:
    """Printed by pytest for an app that sends the mail in the endpoint."""
    shown = "\n".join(re.findall(r"^    (.*)$", PAGE, re.MULTILINE))
    app = SPECIMENS / "ex1" / "wrong" / "inline_before_the_response.py"
    command = [sys.executable, "-m", "pytest", "-q", "exercises/ex1", "--app", str(app)]
    command += ["-k", "mail_after_response", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown in done.stdout
