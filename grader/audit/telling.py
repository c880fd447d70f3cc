"""An audit as text for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from grader import __version__
from grader.audit.apps import App, Kind
from grader.audit.audit import Audited
from grader.audit.findings import Fault, Finding
from grader.audit.matrix import SIGN, checks_in, draw, redundant
from grader.text import visible

SCHEMA = "afterwards/audit/v1"
# The four numbers that say how right a grader is, and what they are counted over.
FIGURES = {
    Fault.REJECTED: ("false rejections", (Kind.SOLUTION, Kind.CORRECT), "correct apps"),
    Fault.MISSED: ("missed mistakes", (Kind.WRONG,), "wrong apps"),
    Fault.DIAGNOSIS: ("wrong diagnoses", (Kind.WRONG,), "wrong apps"),
    Fault.FLAKE: ("flakes", tuple(Kind), "apps"),
}


def as_text(audits: Iterable[Audited], findings: list[Finding], matrix: bool) -> Iterator[str]:
    """Lines: for each exercise matrix, pairs and figures; all findings last."""
    for audited in audits:
        exercise = audited.exercise
        yield f"{exercise.id}  {exercise.title}"
        if matrix:
            yield from draw(audited.verdicts)
        for one, two in redundant(audited.verdicts):
            yield f"  always fail together: {one}, {two}"
        yield f"  {', '.join(_figures(audited))}"
    for finding in findings:
        yield visible(str(finding))
    yield f"{len(findings)} finding{'s' * (len(findings) != 1)}"


def as_json(audits: Iterable[Audited], findings: list[Finding]) -> str:
    """The same as JSON, ending in a newline."""
    data = {
        "schema": SCHEMA,
        "grader_version": __version__,
        "exercises": [_exercise(audited) for audited in audits],
        "findings": [_finding(one) for one in findings],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _figures(audited: Audited) -> Iterator[str]:
    counts = _counts(audited)
    for name, kinds, word in FIGURES.values():
        yield f"{counts[name]} {name} in {sum(map(audited.count, kinds))} {word}"
    if audited.mutants:
        killed = len(audited.mutants) - len(audited.survivors)
        yield f"{killed} of {len(audited.mutants)} mutants killed"


def _counts(audited: Audited) -> dict[str, int]:
    found = Counter(fault for fault, _ in {(f.fault, f.subject) for f in audited.findings})
    return {name: found[fault] for fault, (name, _, _) in FIGURES.items()}


def _exercise(audited: Audited) -> dict[str, Any]:
    survivors = [one.app.name for one in audited.survivors]
    return {
        "id": audited.exercise.id,
        **{name.replace(" ", "_"): count for name, count in _counts(audited).items()},
        "apps": {kind.value: audited.count(kind) for kind in Kind},
        "mutants": {"made": len(audited.mutants), "survivors": survivors},
        "checks": checks_in(audited.verdicts),
        "signs": {sign: outcome.value for outcome, sign in SIGN.items()},
        "matrix": [_row(audited, app) for app in audited.runs],
        "always_fail_together": [list(pair) for pair in redundant(audited.verdicts)],
    }


def _row(audited: Audited, app: App) -> dict[str, Any]:
    runs = audited.runs[app]
    verdict = runs.verdict
    return {
        "kind": app.kind.value,
        "name": app.name,
        "runs": runs.count,
        "unsteady": sorted(runs.unsteady),
        "row": "".join(SIGN[verdict.outcomes[check]] for check in checks_in(audited.verdicts)),
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "fault": finding.fault.value,
        "exercise": finding.exercise,
        "subject": finding.subject,
        "text": finding.text,
    }
