"""Mutants that no check can tell from the solution, each with the reason: equivalent.toml.

[[mutant]]
before = "if wait:"
after = "if not wait:"                # or a list of them
reason = "why nobody can see the difference"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from grader.audit.findings import Fault, Finding
from grader.audit.mutants import Mutant
from grader.audit.places import specimens_of
from grader.exercise import Exercise

NAME = "equivalent.toml"


class BadList(Exception):
    """equivalent.toml is not as it must be; the text says where."""


def equivalents(exercise: Exercise) -> dict[tuple[str, str], str]:
    """The reasons by the line before and after. Raises BadList."""
    path = specimens_of(exercise) / NAME
    try:
        return _read(path)
    except FileNotFoundError:
        return {}
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise BadList(f"{str(path)!r} cannot be read: {error}; see CONTRIBUTING.md") from error


def judge_survivors(
    exercise: Exercise, made: list[Mutant], survivors: list[Mutant]
) -> Iterator[Finding]:
    """A survivor that is not listed, and a listed one that does not survive. Raises BadList."""
    reasons = equivalents(exercise)
    alive = {(one.before, one.after) for one in survivors}
    for one in survivors:
        if (one.before, one.after) not in reasons:
            text = f"{one}; no check fails: write one, or list it in {NAME} with a reason"
            yield Finding(Fault.SURVIVOR, exercise.id, one.app.name, text)
    born = {(one.before, one.after) for one in made}
    for pair in sorted(set(reasons) - alive):
        why = "is killed" if pair in born else "is not made any more"
        text = f"{pair[0]!r} → {pair[1]!r} is listed as equivalent and {why}; take it out"
        yield Finding(Fault.SURVIVOR, exercise.id, NAME, text)


def _read(path: Path) -> dict[tuple[str, str], str]:
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    reasons = {
        (entry["before"], after): entry["reason"].strip()
        for entry in entries
        for after in _each(entry["after"])
    }
    for pair, reason in reasons.items():
        if not reason:
            raise KeyError(f"no reason for {pair[1]!r}")
    return reasons


def _each(after: str | list[str]) -> list[str]:
    return [after] if isinstance(after, str) else after
