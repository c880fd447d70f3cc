"""JUnit XML as CI servers read it: pytest's `xunit1`, with file, line and points of each test."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from grader.reporters.words import cause, one_line, title, told
from grader.results import CheckResult, ExerciseResult, Outcome, Report

ELEMENT = {Outcome.FAILED: "failure", Outcome.NOT_REACHED: "skipped", Outcome.ERROR: "error"}


def render(report: Report, *, strict: bool = False) -> str:
    """One suite an exercise. `strict` leaves out what the xunit2 schema does not know."""
    root = ET.Element("testsuites", name="afterwards")
    for exercise in report.exercises:
        root.append(_suite(exercise, strict))
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(exercise: ExerciseResult, strict: bool) -> ET.Element:
    outcomes = [check.outcome for check in exercise.checks]
    suite = ET.Element(
        "testsuite",
        name=one_line(f"{exercise.id} {exercise.title}"),
        tests=str(len(outcomes)),
        failures=str(outcomes.count(Outcome.FAILED)),
        errors=str(outcomes.count(Outcome.ERROR)),
        skipped=str(outcomes.count(Outcome.NOT_REACHED)),
        time=f"{sum(check.duration_s for check in exercise.checks):.3f}",
    )
    suite.append(_properties(points=exercise.points, max_points=exercise.max_points))
    for check in exercise.checks:
        suite.append(_case(exercise, check, strict))
    return suite


def _case(exercise: ExerciseResult, check: CheckResult, strict: bool) -> ET.Element:
    case = ET.Element(
        "testcase", classname=exercise.id, name=title(check), time=f"{check.duration_s:.3f}"
    )
    if not strict:
        if check.file:
            case.set("file", check.file)
        if check.line:
            case.set("line", str(check.line))
        case.append(_properties(id=check.id, points=check.points, max_points=check.max_points))
    if check.outcome in ELEMENT:
        found = ET.SubElement(case, ELEMENT[check.outcome], message=cause(check))
        if check.outcome is not Outcome.NOT_REACHED:
            found.set("type", check.outcome.value)
            found.text = told(check)
    return case


def _properties(**values: object) -> ET.Element:
    found = ET.Element("properties")
    for name, value in values.items():
        ET.SubElement(found, "property", name=name, value=one_line(str(value)))
    return found
