"""GitHub Classroom's reporter: what it sends, what it prints, and all that makes it fall over."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from grader.reporters import CannotRender, reporter
from grader.results import Outcome, Report

from .reports import CASES, broken, check, full, huge, partial, report

each_case = pytest.mark.parametrize("report", [make() for make in CASES.values()], ids=CASES)


def runner(report: Report, name: str = "classroom") -> dict[str, Any]:
    """What the reporter decodes from an environment variable."""
    text = reporter(name)(report)
    assert len(f"EX1_RESULTS={text}".encode()) <= 131_071
    assert text.count("\n") == 1, "an output of a step is one line"
    found: dict[str, Any] = json.loads(base64.b64decode(text.strip(), validate=True))
    return found


def sent(runners: list[dict[str, Any]]) -> tuple[float, float]:
    """The dashboard: the sums of scores, over runners that are worth something."""
    counted = [one for one in runners if one["max_score"]]
    points = sum(test["score"] for one in counted for test in one["tests"])
    return points, sum(one["max_score"] for one in counted)


def shown(runners: list[dict[str, Any]]) -> tuple[float, float]:
    """The log of v1: the share of passed tests, times the maximum."""
    points = 0.0
    for one in runners:
        passed = sum(test["status"] == "pass" for test in one["tests"])
        points += passed / len(one["tests"]) * one["max_score"]
    return points, sum(one["max_score"] for one in runners)


@each_case
def test_dashboard_and_log_say_the_same(report: Report) -> None:
    """One runner for all, or one an exercise: the report's own points, both ways."""
    each = [runner(report, f"classroom:{one.id}") for one in report.exercises]
    for runners in ([runner(report)], each):
        assert sent(runners) == pytest.approx((report.points, report.max_points))
        assert shown(runners) == pytest.approx((report.points, report.max_points))


@each_case
def test_nothing_that_breaks_the_reporter(report: Report) -> None:
    """Tests are never empty, statuses are its three, scores are whole, lines are there."""
    found = runner(report)
    assert found["tests"]
    assert found["status"] in ("pass", "fail", "error")
    for test in found["tests"]:
        assert test["status"] in ("pass", "fail", "error")
        assert type(test["score"]) is int
        assert type(test["line_no"]) is int
        assert test["name"]


def test_the_words_are_where_students_see_them() -> None:
    """The reporter prints test_code of what failed; the first part of a check carries it."""
    first = next(test for test in runner(partial())["tests"] if test["status"] == "fail")
    assert "The client waited for your mailer" in first["test_code"]
    assert (first["line_no"], first["name"]) == (7, "the `b` of ex1, as told")


@pytest.mark.parametrize(("make", "status"), [(full, "pass"), (partial, "fail"), (broken, "error")])
def test_the_conclusion_of_the_job(make: Any, status: str) -> None:
    """The reporter's step is red exactly when points are missing."""
    assert runner(make())["status"] == status


def test_units_keep_it_short() -> None:
    """Checks of 10 and 20 points are one test and two, not thirty."""
    checks = (check("ex1/a", Outcome.PASSED, 10), check("ex1/b", Outcome.FAILED, 20))
    found = runner(report(checks))
    assert [test["score"] for test in found["tests"]] == [10, 0, 0]


def test_a_report_without_points_is_refused() -> None:
    """The reporter would show NaN, or leave the runner out."""
    with pytest.raises(CannotRender, match="worth no points"):
        reporter("classroom")(report((check("ex1/a", Outcome.PASSED, 0),)))


def test_an_edited_report_cannot_fill_the_disk() -> None:
    """A check of a million points is not a million tests."""
    edited = report((check("ex1/a", Outcome.PASSED, 10**6), check("ex1/b", Outcome.PASSED, 1)))
    with pytest.raises(CannotRender, match="too many"):
        reporter("classroom")(edited)


def test_a_huge_report_still_fits() -> None:
    """The words become shorter, the points stay."""
    assert len(runner(huge())["tests"]) == 120
