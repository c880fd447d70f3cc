"""Every venue's own schema, or its reader's rules, on every kind of report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from grader.reporters import CannotRender, classroom50, reporter
from grader.results import Report

from .reports import CASES, full, hostile, partial

SCHEMAS = Path(__file__).parent / "schemas"
ENVIRONMENT = {
    "CLASSROOM": "web-101", "ASSIGNMENT": "ex2", "ASSIGNMENT_TYPE": "individual", "OWNER": "ada",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d", "COMMIT_URL": "https://host/c/1",
    "RELEASE_URL": "https://host/r/1", "REVIEW_URL": "https://host/c/1",
}  # fmt: skip

each_case = pytest.mark.parametrize("report", [make() for make in CASES.values()], ids=CASES)


def parsed(name: str, report: Report) -> Any:
    return json.loads(reporter(name)(report))


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


@each_case
def test_ctrf(report: Report) -> None:
    """CTRF's published schema; the counts of the summary are those of the tests."""
    found = parsed("ctrf", report)
    jsonschema.validate(found, schema("ctrf"))
    summary = found["results"]["summary"]
    statuses = [test["status"] for test in found["results"]["tests"]]
    for status in ("passed", "failed", "skipped", "pending", "other"):
        assert summary[status] == statuses.count(status)


@each_case
def test_classroom50(report: Report) -> None:
    """Classroom 50's contract: whole numbers, no key too many, no score above its maximum."""
    found = json.loads(classroom50.render(report, ENVIRONMENT))
    jsonschema.validate(found, schema("classroom50"))
    assert found["datetime"] == "2026-06-01T14:32:05Z"
    for one in (found, *found["tests"]):
        assert one["score"] <= one["max-score"]


@pytest.mark.parametrize("name", set(ENVIRONMENT) - {"ASSIGNMENT_TYPE", "REVIEW_URL"})
def test_classroom50_says_which_variable_is_missing(name: str) -> None:
    """Outside Classroom 50 there is no such result, and the message names what is not there."""
    with pytest.raises(CannotRender, match=f"not set: {name};"):
        classroom50.render(full(), {**ENVIRONMENT, name: ""})


def test_classroom50_refuses_another_tag() -> None:
    """A tag that is no submission is named, with its value."""
    with pytest.raises(CannotRender, match="'v1'; it begins with submit/"):
        classroom50.render(full(), {**ENVIRONMENT, "SUBMISSION_TAG": "v1"})


@each_case
def test_xunit2_is_valid_and_junit_adds_to_it(report: Report) -> None:
    """Jenkins' schema takes xunit2; junit is the same plus file, line and properties of a test."""
    known = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))
    strict = etree.fromstring(reporter("xunit2")(report).encode())
    known.assertValid(strict)
    rich = etree.fromstring(reporter("junit")(report).encode())
    for case in rich.iter("testcase"):
        case.attrib.pop("file", None)
        case.attrib.pop("line", None)
        for found in case.findall("properties"):
            case.remove(found)
    known.assertValid(rich)
    assert strict.xpath("//@name[..//self::testcase]") == rich.xpath("//@name[..//self::testcase]")


def test_junit_knows_file_and_line() -> None:
    """Annotators of CI servers read them from the test."""
    root = etree.fromstring(reporter("junit")(partial()).encode())
    (case,) = root.xpath("//testcase[@line]")
    assert (case.get("file"), case.get("line")) == ("exercises/ex1/app.py", "7")
    assert case.xpath("properties/property[@name='points']/@value") == ["0"]


@each_case
def test_gradescope(report: Report) -> None:
    """A score on every test, statuses and formats that exist, and a sum that is the total."""
    found = parsed("gradescope", report)
    jsonschema.validate(found, schema("gradescope"))
    assert found["score"] == sum(test["score"] for test in found["tests"])


@each_case
def test_exercism(report: Report) -> None:
    """Version 3: a message exactly when the whole run is an error, outputs of 500 characters."""
    found = parsed("exercism", report)
    jsonschema.validate(found, schema("exercism"))
    assert (found["message"] is not None) == (found["status"] == "error")


@each_case
def test_check50(report: Report) -> None:
    """All nine keys, a cause exactly where it did not pass."""
    found = parsed("check50", report)
    jsonschema.validate(found, schema("check50"))
    for result in found["results"]:
        assert (result["cause"] is None) == (result["passed"] is True)


@each_case
def test_prairielearn(report: Report) -> None:
    """A score between 0 and 1 in at most 1 MB."""
    text = reporter("prairielearn")(report)
    jsonschema.validate(json.loads(text), schema("prairielearn"))
    assert len(text.encode()) <= 1_000_000


def test_a_grader_error_is_no_grade_in_prairielearn() -> None:
    """What the grader broke does not cost the student an attempt."""
    assert parsed("prairielearn", CASES["broken"]())["gradable"] is False


@pytest.mark.parametrize("name", ["ctrf", "gradescope", "exercism", "check50", "prairielearn"])
def test_hostile_text_is_made_visible(name: str) -> None:
    """No control, bidi or unpaired character comes out, and no line is a command."""
    for value in strings(parsed(name, hostile())):
        assert not set(value) & set("\x00\x1b\u202e\ud800\ufffe\x85\u2028\r")
        assert not any(line.lstrip().startswith("::") for line in value.splitlines())


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in inner for text in strings(item)]
