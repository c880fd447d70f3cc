"""A report read back from its JSON: the same again, and nobody's edits are believed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.reporters import json as json_reporter
from grader.reporters.reading import NotAReport
from grader.results import Report

from .reports import CASES, full, partial


@pytest.mark.parametrize("name", ["full", "partial", "broken", "huge"])
def test_what_was_written_is_read(name: str) -> None:
    """Nothing is lost on the way."""
    report = CASES[name]()
    assert json_reporter.read(json_reporter.render(report)) == report


def edited(**changes: Any) -> str:
    """The partial report with changes at dotted places: `exercises__0__checks__1__outcome`."""
    data = json_reporter.as_dict(partial())
    for path, value in changes.items():
        *way, last = [int(key) if key.isdigit() else key for key in path.split("__")]
        place: Any = data
        for key in way:
            place = place[key]
        place[last] = value
    return json.dumps(data)


def test_points_are_counted_and_not_believed() -> None:
    """Whatever the file says of sums, and of the points of a check that failed."""
    text = edited(points=100, exercises__0__points=25, exercises__0__checks__1__points=3)
    assert (json_reporter.read(text).points, json_reporter.read(text).max_points) == (7, 15)


CHECK = "exercises__0__checks__0__"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema": "afterwards/report/v2"}, '"schema" is not "afterwards/report/v1"'),
        ({"exercises": {}}, "exercises: Input should be a valid list"),
        ({"exercises__0__id": "../x"}, "exercises.0.id: "),
        ({f"{CHECK}outcome": "great"}, "exercises.0.checks.0.outcome: "),
        ({f"{CHECK}outcome": ["passed"]}, "exercises.0.checks.0.outcome: "),
        ({f"{CHECK}max_points": "3"}, "max_points: Input should be a valid integer"),
        ({f"{CHECK}max_points": True}, "max_points: Input should be a valid integer"),
        ({f"{CHECK}max_points": -1}, "max_points: "),
        ({f"{CHECK}max_points": 10**6}, "max_points: "),
        ({f"{CHECK}max_points": 10**400}, "max_points: Input should be a valid integer"),
        ({f"{CHECK}duration_s": float("inf")}, "duration_s: Input should be a valid number"),
        ({f"{CHECK}title": "a\n::error::b"}, "title: "),
        ({f"{CHECK}title": ""}, "title: "),
        ({f"{CHECK}title": "x" * 501}, "title: "),
        ({f"{CHECK}file": "../../etc/passwd"}, "file: "),
        ({f"{CHECK}file": "/etc/passwd"}, "file: "),
        ({f"{CHECK}file": "exercises/../x"}, "file: "),
        ({f"{CHECK}line": 0}, "line: "),
        ({f"{CHECK}timeline": [{"at_s": 0, "kind": "x y", "detail": {}}]}, "timeline.0.kind: "),
        ({"notices": ["x"] * 1001}, "notices: "),
    ],
)
def test_an_edited_report_is_refused_by_name(changes: dict[str, Any], words: str) -> None:
    """The message says where and what."""
    with pytest.raises(NotAReport) as caught:
        json_reporter.read(edited(**changes))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[]", "schema"),
        ("null", "schema"),
        ("{", "not JSON: "),
        ("[" * 100_000, "nested too deeply"),
        ('{"schema": ' + "[" * 80 + "]" * 80 + "}", "nested too deeply"),
        ("9" * 10_000, "too many digits"),
        (" " * ((32 << 20) + 1), "longer than 32 million characters"),
    ],
    ids=["empty", "list", "null", "open", "deep", "less deep", "digits", "long"],
)
def test_what_is_no_report_at_all(text: str, words: str) -> None:
    """One sentence, whatever the file is."""
    with pytest.raises(NotAReport, match=words):
        json_reporter.read(text)


def test_unpaired_surrogates_are_read() -> None:
    """An app can say half a character; it stays visible, and can be written as UTF-8."""
    text = json_reporter.render(full()).replace("Exercise | 1", "\\ud800x")
    report: Report = json_reporter.read(text)
    assert report.exercises[0].title == "\\ud800x"


def test_what_an_app_puts_into_a_row_is_read() -> None:
    """Not-a-number, giants and 30 lists in a list are data of the student, and no edit."""
    deep: Any = []
    for _ in range(30):
        deep = [deep]
    values = {"nan": float("nan"), "infinite": float("inf"), "large": 10**300, "deep": deep}
    event = {"at_s": 0.0, "kind": "row.inserted", "detail": {"row": values}}
    text = edited(**{f"{CHECK}timeline": [event]})
    row = json_reporter.read(text).exercises[0].checks[0].timeline[0]["detail"]["row"]
    assert row == values | {"nan": "NaN", "infinite": "Infinity", "large": f"1{'0' * 39}"}
