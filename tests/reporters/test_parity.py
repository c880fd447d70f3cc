"""Whatever the venue, it is the same verdict: same points, same titles, in the same order."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from grader.audit.apps import App, Kind
from grader.audit.judging import grade_source
from grader.audit.places import Places
from grader.exercise import all_exercises
from grader.reporters import REPORTERS, classroom50, reporter
from grader.reporters.words import pairs, title
from grader.results import Outcome, Report

from .reports import CASES
from .test_github import commands, rendered
from .test_schemas import ENVIRONMENT

Rows = list[tuple[str, int, int]]  # title, points, maximum


def from_json(tests: Callable[[Any], Any], name: str, points: str, most: str) -> Any:
    def rows(text: str) -> Rows:
        return [(one[name], one[points], one[most]) for one in tests(json.loads(text))]

    return rows


def from_classroom(text: str) -> Rows:
    rows: Rows = []
    found = json.loads(base64.b64decode(text))
    unit = found["max_score"] // len(found["tests"])
    for test in found["tests"]:
        if re.search(r" \(part \d+ of \d+\)$", test["name"]):
            name, points, most = rows.pop()
            rows.append((name, points + test["score"], most + unit))
        else:
            rows.append((test["name"], test["score"], unit))
    return rows


def from_junit(text: str) -> Rows:
    def value(case: Any, name: str) -> int:
        return int(case.xpath(f"properties/property[@name='{name}']/@value")[0])

    cases = etree.fromstring(text.encode()).iter("testcase")
    return [(case.get("name"), value(case, "points"), value(case, "max_points")) for case in cases]


READERS: dict[str, Callable[[str], Rows]] = {
    "json": from_json(
        lambda data: [check for one in data["exercises"] for check in one["checks"]],
        "title", "points", "max_points",
    ),
    "gradescope": from_json(lambda data: data["tests"], "name", "score", "max_score"),
    "classroom50": from_json(lambda data: data["tests"], "test-name", "score", "max-score"),
    "prairielearn": from_json(lambda data: data["tests"], "name", "points", "max_points"),
    "ctrf": from_json(
        lambda data: [test["labels"] | test for test in data["results"]["tests"]],
        "name", "points", "max_points",
    ),
    "check50": from_json(
        lambda data: [test["data"] | test for test in data["results"]],
        "description", "points", "max_points",
    ),
    "classroom": from_classroom,
    "junit": from_junit,
}  # fmt: skip


def rows_of(report: Report) -> Rows:
    return [(title(check), check.points, check.max_points) for _, check in pairs(report)]


each_case = pytest.mark.parametrize("report", [make() for make in CASES.values()], ids=CASES)


@each_case
@pytest.mark.parametrize("name", READERS)
def test_same_points_and_titles(report: Report, name: str) -> None:
    """Read back by the venue's rules, each check has the report's title and points."""
    assert read_back(report, name) == rows_of(report)


@each_case
def test_formats_without_points_have_the_same_verdicts(report: Report) -> None:
    """exercism and xunit2 know pass and fail; the titles and what passed are the report's."""
    same_verdicts(report)


APPS = [
    app
    for exercise in all_exercises().values()
    for app in Places().apps(exercise)
    if app.kind in (Kind.CORRECT, Kind.WRONG)
]
EVERY = 1 if os.environ.get("AFTERWARDS_ALL") else 60


@pytest.mark.parametrize("app", APPS[::EVERY], ids=str)
def test_a_specimen_gets_the_same_everywhere(app: App) -> None:
    """Graded once; every venue has the points, titles and verdicts of that one report."""
    report = grade_source(app.source, app.exercise)
    for name in READERS:
        assert read_back(report, name) == rows_of(report), name
    same_verdicts(report)


def read_back(report: Report, name: str) -> Rows:
    """What a venue would read from our file for it."""
    if name == "classroom50":
        text = classroom50.render(report, ENVIRONMENT)
    else:
        text = reporter(name)(report)
    found = READERS[name](text)
    if name == "json":  # it keeps the title as it is
        return [(want[0], *row[1:]) for row, want in zip(found, rows_of(report), strict=True)]
    return found


def same_verdicts(report: Report) -> None:
    """exercism and xunit2 know pass and fail."""
    wanted = [(title(check), check.outcome is Outcome.PASSED) for _, check in pairs(report)]
    exercism = json.loads(reporter("exercism")(report))["tests"]
    assert [(test["name"], test["status"] == "pass") for test in exercism] == wanted
    cases = etree.fromstring(reporter("xunit2")(report).encode()).iter("testcase")
    assert [(case.get("name"), len(case) == 0) for case in cases] == wanted


@pytest.mark.parametrize("name", set(CASES) - {"huge"})
def test_what_people_read_says_the_same(name: str) -> None:
    """Summary, annotations and page show the total, and the titles of what failed."""
    report = CASES[name]()
    total = f"{report.points} of {report.max_points} points"
    summary = rendered(reporter("github-summary")(report)).text_content()
    found = commands(reporter("github-annotations")(report))
    assert total in summary
    assert found[-1][1]["title"] == total
    assert total in reporter("terminal")(report)
    failed = [check for _, check in pairs(report) if check.outcome is Outcome.FAILED]
    assert [one[1]["title"] for one in found if one[0] == "error"] == list(map(title, failed))
    for _, check in pairs(report):
        assert title(check).replace("`", "") in summary.replace("`", "")


@pytest.mark.parametrize("case", set(CASES) - {"huge"})
@pytest.mark.parametrize("name", set(REPORTERS) - {"classroom50"})
def test_the_same_report_is_the_same_file(case: str, name: str) -> None:
    """No clock, no chance: byte for byte."""
    assert reporter(name)(CASES[case]()) == reporter(name)(CASES[case]())
