"""The matrix of apps against checks, and what it says about the checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from grader.audit.apps import App, Kind
from grader.audit.findings import Fault, Finding
from grader.audit.judging import Verdict
from grader.results import Outcome

SIGN = {
    Outcome.PASSED: ".",
    Outcome.FAILED: "x",
    Outcome.NOT_REACHED: "-",
    Outcome.ERROR: "!",
}
TELLING = (Kind.WRONG, Kind.MUTANT)
Verdicts = Mapping[App, Verdict]


def checks_in(verdicts: Verdicts) -> list[str]:
    """The names of the checks, in the order of the suite."""
    return list(next(iter(verdicts.values())).outcomes) if verdicts else []


def useless(exercise: str, verdicts: Verdicts) -> Iterator[Finding]:
    """Checks that no wrong app ever fails: they could as well not be there."""
    for check, failing in _failing(verdicts).items():
        if not failing:
            yield Finding(Fault.USELESS, exercise, check, "no wrong app ever fails it")


def redundant(verdicts: Verdicts) -> list[tuple[str, str]]:
    """Pairs of checks that fail for the same wrong apps, each of them: one of two might do."""
    failing = {check: apps for check, apps in _failing(verdicts).items() if apps}
    return [(one, two) for one, two in combinations(failing, 2) if failing[one] == failing[two]]


def draw(verdicts: Verdicts) -> Iterator[str]:
    """The matrix as lines: a row an app, a column a check, `x` for a failed one."""
    checks = checks_in(verdicts)
    for number, check in enumerate(checks, 1):
        yield f"  {number:3} {check}"
    width = max((len(_name(app)) for app in verdicts), default=0)
    head = "".join(str(number % 10) for number in range(1, len(checks) + 1))
    yield f"  {'':{width}}  {head}"
    for app, verdict in sorted(verdicts.items(), key=lambda item: _place(item[0])):
        signs = "".join(SIGN[verdict.outcomes[check]] for check in checks)
        yield f"  {_name(app):{width}}  {signs}"


def _failing(verdicts: Verdicts) -> dict[str, frozenset[str]]:
    """For each check, which wrong apps fail it; waiting for a failed one counts as well.

    An app that fails everything says nothing of any check.
    """
    telling = {
        app: one
        for app, one in verdicts.items()
        if app.kind in TELLING and one.names(Outcome.PASSED)
    }
    return {
        check: frozenset(
            str(app)
            for app, verdict in telling.items()
            if verdict.outcomes[check] is not Outcome.PASSED
        )
        for check in checks_in(verdicts)
    }


def _name(app: App) -> str:
    return f"{app.kind}/{app.name}"[:60]


def _place(app: App) -> tuple[int, str]:
    return list(Kind).index(app.kind), app.name
