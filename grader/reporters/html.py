"""The report as one page for a browser: no network, pictures of every check, failures first."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.drawing.markup import Markup, asset, inline, join, tag
from grader.drawing.page import legend, page
from grader.reporters.page.check import Budget, article, folded, unreached
from grader.reporters.words import GRADER_FAILED
from grader.results import CheckResult, ExerciseResult, Outcome, Report

MAX_NOTICES = 20


def render(report: Report) -> str:
    """The whole page. What a student wrote is text in it, never markup."""
    budget = Budget()
    # Failures are drawn first, so that a page that grows too large lacks only what passed.
    sections = {exercise.id: _failures(exercise, budget) for exercise in report.exercises}
    body = join(
        _header(report),
        tag(
            "main",
            _todo(report),
            legend(),
            *(_exercise(e, sections[e.id], budget) for e in report.exercises),
        ),
        _footer(report),
    )
    title = f"{report.points} of {report.max_points} points"
    return page(title, body, asset("grader.reporters.page", "report.css"), "")


def _header(report: Report) -> Markup:
    rows = [
        tag(
            "li",
            tag("a", join(exercise.id, " ", exercise.title), href=f"#{exercise.id}"),
            # Drawn by attributes: a style attribute would be refused by the page's own policy.
            tag(
                "meter",
                value=exercise.points,
                min=0,
                max=max(exercise.max_points, 1),
                aria_label=f"points in {exercise.id}",
            ),
            tag("span", f"{exercise.points} of {exercise.max_points}", class_="points"),
        )
        for exercise in report.exercises
    ]
    return tag(
        "header",
        tag("h1", tag("span", report.points, class_="big"), f" of {report.max_points} points"),
        tag("ul", *rows, class_="scores"),
        *_notices(report),
    )


def _notices(report: Report) -> Iterable[Markup]:
    if report.outcome is Outcome.ERROR:
        yield tag("p", GRADER_FAILED, class_="notice")
    for notice in report.notices[:MAX_NOTICES]:
        yield tag("p", inline(notice), class_="notice")
    if len(report.notices) > MAX_NOTICES:
        yield tag("p", f"{len(report.notices) - MAX_NOTICES} more notices.", class_="notice")


def _todo(report: Report) -> Markup:
    failed = [check for check in _all(report) if check.outcome is Outcome.FAILED]
    if not failed:
        done = report.outcome is Outcome.PASSED and report.max_points > 0
        return tag("p", "Every check passed." if done else "No check failed.", class_="todo")
    first = failed[0]
    count = "1 check" if len(failed) == 1 else f"{len(failed)} checks"
    link = tag("a", inline(first.title), href=f"#{anchor(first)}")
    return tag("p", f"{count} to look at. Begin with: ", link, class_="todo")


def _failures(exercise: ExerciseResult, budget: Budget) -> list[Markup]:
    looked_at = (Outcome.FAILED, Outcome.ERROR)
    return [
        article(check, anchor(check), budget)
        for check in exercise.checks
        if check.outcome in looked_at
    ]


def _exercise(exercise: ExerciseResult, failures: list[Markup], budget: Budget) -> Markup:
    passed = [check for check in exercise.checks if check.outcome is Outcome.PASSED]
    waiting = [check for check in exercise.checks if check.outcome is Outcome.NOT_REACHED]
    count = f"{exercise.points} of {exercise.max_points} points"
    return tag(
        "section",
        tag("h2", join(exercise.id, " ", exercise.title, " "), tag("small", count)),
        *failures,
        unreached(waiting) if waiting else None,
        folded(passed, budget) if passed else None,
        id=exercise.id,
    )


def _footer(report: Report) -> Markup:
    sandbox = {"none": "without a sandbox"}.get(report.sandbox, f"in {report.sandbox}")
    return tag(
        "footer",
        tag(
            "p",
            f"Graded {sandbox} by afterwards {report.grader_version}: ",
            tag("code", _folder(report.path)),
            " ",
            tag("code", report.digest[:19]) if report.digest else None,
            class_="soft",
        ),
    )


def _folder(path: str) -> str:
    """The last name of a path: where the grader keeps it is no reader's business."""
    return next((part for part in reversed(re.split(r"[\\/]", path)) if part), path)


def _all(report: Report) -> Iterable[CheckResult]:
    return (check for exercise in report.exercises for check in exercise.checks)


def anchor(check: CheckResult) -> str:
    """The check's place on the page."""
    return check.id.replace("/", "-")
