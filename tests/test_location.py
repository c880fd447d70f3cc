"""The file and line of a failure: read off its message, which students' code helped to write."""

from __future__ import annotations

import pytest

from grader.exercise import all_exercises
from grader.location import locate

FILE = "exercises/ex1/app.py"
TRACEBACK = f"""expected   status 201
observed   endpoint.raised ValueError
The endpoint raised ValueError: x; nothing after that line ran.
    File "/lab/{FILE}", line 34, in register
        after(row)
      File "/lab/{FILE}", line 23, in after
        raise ValueError("x")
    ValueError: x"""


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (TRACEBACK, 23),
        (TRACEBACK.replace("/lab/", ""), 23),
        ("expected   x\nobserved   y\napp.py has a syntax error in line 7: invalid syntax.", 7),
        ("expected   x\nobserved   y\nThe client waited for your mailer.", None),
        (TRACEBACK.replace("ex1", "ex2"), None),
        (TRACEBACK.replace("line 34", "line 0").replace("line 23", "line 0"), None),
        (f'observed   mail.sent File "{FILE}", line 99, in a subject', None),
        (f'    File "/lab/{FILE}", line {"9" * 5000}, in f', None),
    ],
    ids=["raised", "at home", "syntax", "order", "another file", "zero", "in a line", "digits"],
)
def test_the_innermost_line_of_the_students_file(message: str, line: int | None) -> None:
    """A line where something was raised; otherwise the file alone."""
    assert locate(all_exercises()["ex1"], message) == (FILE, line)
