"""A report read back from its JSON. The file may have been edited by anybody.

Only what checks say about themselves is taken: their outcomes and what they are worth. Every sum
is made anew, and what is too long, too deep or of another type is refused by name.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic import ValidationError as Invalid

from grader.results import SCHEMA, CheckResult, ExerciseResult, Outcome, Report

MAX_CHARS = 32 << 20
MAX_DEPTH = 60  # the grader takes 30 from an app
MAX_NUMBER = 10**15


class NotAReport(ValueError):
    """The text is no report; the message says what is wrong, as part of a sentence."""


def read_report(text: str) -> Report:
    """The report of a JSON text. Raises NotAReport."""
    if len(text) > MAX_CHARS:
        raise NotAReport(f"it is longer than {MAX_CHARS >> 20} million characters")
    try:
        data = _plain(json.loads(text, parse_constant=str))
    except RecursionError:
        raise NotAReport("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise NotAReport(f"it is not JSON: {error.msg} in line {error.lineno}") from None
    except NotAReport:
        raise
    except ValueError:  # an int of thousands of digits
        raise NotAReport("it holds a number of too many digits") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise NotAReport(f'its "schema" is not "{SCHEMA}"')
    try:
        return _Report.model_validate(data).value()
    except Invalid as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))[:100]
        raise NotAReport(f"{where}: {first['msg']}") from None


def _plain(value: Any, depth: int = 0) -> Any:
    """The same value, for readers that know less than Python's: unpaired surrogates are written
    out, and numbers that are infinite or giant are text, as apps put them into rows.
    """
    if depth > MAX_DEPTH:
        raise NotAReport("it is nested too deeply")
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, int | float):
        return value if abs(value) <= MAX_NUMBER else str(value)[:40]
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_plain(key): _plain(item, depth + 1) for key, item in value.items()}
    return value


Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]
Line = Annotated[str, StringConstraints(pattern=r"^[^\r\n]*$", max_length=500)]
Text = Annotated[str, StringConstraints(max_length=200_000)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+/[^\s/]+$", max_length=200)]
# Below the repository only: an annotation is shown at it.
File = Annotated[str, StringConstraints(pattern=r"^\w+(/\w[\w.-]*)*$", max_length=200)]
Seconds = Annotated[float, Field(ge=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True)


class _Event(_Strict):
    at_s: float
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z.]+$", max_length=40)]
    detail: dict[str, Any]


class _Check(_Strict):
    id: Id
    title: Annotated[Line, StringConstraints(min_length=1)]
    task: Annotated[int, Field(ge=0, le=100)]
    outcome: Annotated[Outcome, BeforeValidator(lambda word: _outcome(word))]
    max_points: Annotated[int, Field(ge=0, le=1000)]
    message: Text | None = None
    hint: Line | None = None
    timeline: Annotated[list[_Event], Field(max_length=1000)] = []
    duration_s: Seconds = 0.0
    visible: bool = False
    offending: Annotated[list[int], Field(max_length=1000)] = []
    missing: Annotated[list[Line], Field(max_length=100)] = []
    file: File | None = None
    line: Annotated[int, Field(ge=1, le=1_000_000)] | None = None

    def value(self) -> CheckResult:
        """As the grader would have made it."""
        return CheckResult(
            id=self.id,
            title=self.title,
            task=self.task,
            outcome=self.outcome,
            max_points=self.max_points,
            message=self.message,
            hint=self.hint,
            timeline=tuple(event.model_dump() for event in self.timeline),
            duration_s=self.duration_s,
            visible=self.visible,
            offending=tuple(i for i in self.offending if 0 <= i < len(self.timeline)),
            missing=tuple(self.missing),
            file=self.file,
            line=self.line,
        )


class _Exercise(_Strict):
    id: Word
    title: Line
    checks: Annotated[list[_Check], Field(max_length=500)]


class _Submission(_Strict):
    path: Text
    digest: Line


class _Report(_Strict):
    sandbox: Line
    exercises: Annotated[list[_Exercise], Field(max_length=50)]
    submission: _Submission
    suite_digest: Line
    grader_version: Line
    notices: Annotated[list[Text], Field(max_length=1000)] = []

    def value(self) -> Report:
        """As the grader would have made it."""
        return Report(
            path=self.submission.path,
            digest=self.submission.digest,
            suite_digest=self.suite_digest,
            sandbox=self.sandbox,
            exercises=tuple(
                ExerciseResult(one.id, one.title, tuple(check.value() for check in one.checks))
                for one in self.exercises
            ),
            grader_version=self.grader_version,
            notices=tuple(self.notices),
        )


def _outcome(word: Any) -> Any:
    return Outcome(word) if word in list(Outcome) else word
