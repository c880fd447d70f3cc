"""GitHub workflow commands: failures as annotations at the student's file and line.

GitHub keeps ten errors and ten notices of a step, so the last one says how many are left out.
"""

from __future__ import annotations

from grader.reporters.words import GRADER_FAILED, cause, one_line, pairs, score, title, told
from grader.results import CheckResult, Outcome, Report

MAX_ERRORS = 10
MAX_MESSAGE = 2_000


def render(report: Report) -> str:
    """One line a command. Whatever stands in one, line ends and percent signs are encoded."""
    failed = [check for _, check in pairs(report) if check.outcome is Outcome.FAILED]
    shown = failed if len(failed) <= MAX_ERRORS else failed[: MAX_ERRORS - 1]
    out = [_command("error", _message(check), _place(check)) for check in shown]
    if len(shown) < len(failed):
        more = f"{len(failed) - len(shown)} more checks failed; the summary shows all of them."
        out.append(_command("error", more, {"title": "more"}))
    if report.outcome is Outcome.ERROR:
        out.append(_command("warning", GRADER_FAILED, {"title": "could not grade"}))
    each = [
        one_line(f"{one.id} {one.title}: {score(one.points, one.max_points)}")
        for one in report.exercises
    ]
    total = score(report.points, report.max_points)
    out.append(_command("notice", "\n".join(each) or total, {"title": total}))
    return "\n".join(out) + "\n"


def _place(check: CheckResult) -> dict[str, str]:
    place = {"file": check.file} if check.file else {}
    if check.file and check.line:
        place["line"] = str(check.line)
    return {**place, "title": title(check)}


def _message(check: CheckResult) -> str:
    return told(check, MAX_MESSAGE) or cause(check)


def _command(name: str, message: str, properties: dict[str, str]) -> str:
    told_properties = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told_properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
