"""Nothing hidden leaves: a last look at a tree before it is written.

Hidden are the suites, the solutions and the specimens. Text counts as theirs when four of their
lines follow each other in a published file, or when the name of a hidden check's function stands
in it. Single lines may well be the same: a hint and a solution say one thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.exercise import ROOT, SUITES, all_exercises
from grader.publishing import CannotPublish, Tree
from grader.student.catalogue import checks_of

RUN = 4  # lines
MIN_CHARACTERS = 80  # of such a run; shorter ones are everybody's


def refuse_leaks(tree: Tree) -> None:
    """Raise CannotPublish when a file holds hidden text, naming both."""
    for name, found in leaks(tree):
        raise CannotPublish(f"{name} holds text of {found}, which is hidden; take it out of there")


def leaks(tree: Tree) -> Iterator[tuple[str, str]]:
    """Every published file with hidden text in it, and where that comes from."""
    hidden = dict(_hidden_runs())
    names = _hidden_names()
    for name, data in tree.items():
        text = data.decode("utf-8", errors="replace")
        for run in _runs(text):
            if run in hidden:
                yield name, hidden[run]
                break
        yield from ((name, check) for word, check in names.items() if word in text)


def _hidden_runs() -> Iterator[tuple[str, str]]:
    given = {run for path in (SUITES.parent / "stubs").rglob("*.txt") for run in _runs(_text(path))}
    for path in _hidden_files():
        where = path.relative_to(ROOT).as_posix()
        yield from ((run, where) for run in _runs(_text(path)) if run not in given)


def _hidden_files() -> Iterator[Path]:
    yield from sorted(SUITES.glob("ex*/*.py"))
    yield from sorted((ROOT / "solutions").rglob("*.py"))
    yield from sorted((ROOT / "tests" / "specimens").rglob("*.py"))


def _hidden_names() -> dict[str, str]:
    """Function names of hidden checks. Their titles are no secret: every report shows them."""
    checks = [c for exercise in all_exercises().values() for c in checks_of(exercise)]
    hidden = [check for check in checks if not check.visible]
    return {f"test_{check.name}": f"check {check.id}" for check in hidden}


def _runs(text: str) -> Iterator[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for start in range(len(lines) - RUN + 1):
        run = "\n".join(lines[start : start + RUN])
        if len(run) >= MIN_CHARACTERS:
            yield run


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
