"""Mutants of a solution: cosmic-ray makes them, one small change each.

Of the maintained tools, mutmut leaves decorated functions alone, and so every endpoint.
"""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.audit.apps import App, Kind

if TYPE_CHECKING:
    from cosmic_ray.operators.operator import Operator


class NoCosmicRay(Exception):
    """cosmic-ray is not installed; the text says what to type."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mutated solution, and the line that was changed, without its indentation."""

    app: App
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.before!r} became {self.after!r}"


def mutants_of(solution: App) -> Iterator[Mutant]:
    """Every mutant that is Python and unlike the others. Raises NoCosmicRay."""
    operators = list(_operators())
    source = solution.source.decode("utf-8")
    nodes = _nodes(source)
    seen = {source}
    for name, operator in operators:
        for number, mutated in enumerate(_applied(source, operator, nodes), 1):
            if mutated in seen or not _compiles(mutated):
                continue
            seen.add(mutated)
            line, before, after = _change(source, mutated)
            title = f"line_{line:03}_{name}_{number}"
            app = App(solution.exercise, Kind.MUTANT, title, mutated.encode())
            yield Mutant(app, line, before, after)


def _operators() -> Iterator[tuple[str, Operator]]:
    """cosmic-ray's operators that need no arguments, and ours."""
    try:
        from cosmic_ray.plugins import get_operator, operator_names
    except ModuleNotFoundError as error:
        raise NoCosmicRay("--mutants needs cosmic-ray; type: pip install cosmic-ray") from error
    from grader.audit.removing import RemoveStatement

    for name in sorted(operator_names()):
        kind = get_operator(name)
        if not kind.arguments():
            yield name.partition("/")[2], kind()
    yield "RemoveStatement", RemoveStatement()


def _nodes(source: str) -> list[Any]:
    from cosmic_ray.ast import ast_nodes, get_ast

    return list(ast_nodes(get_ast(source)))


def _applied(source: str, operator: Operator, nodes: list[Any]) -> Iterator[str]:
    """The source with the operator applied at each place in turn."""
    from cosmic_ray.mutating import mutate_code

    for place in range(sum(len(list(operator.mutation_positions(node))) for node in nodes)):
        try:
            mutated = mutate_code(source, operator, place)
        except AttributeError:  # ExceptionReplacer on `except (httpx.HTTPError, ...)`
            continue
        if mutated is not None:
            yield mutated


def _compiles(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # `x is 3` is a mutant like others
        try:
            compile(source, "mutant", "exec")
        except SyntaxError:
            return False
    return True


def _change(before: str, after: str) -> tuple[int, str, str]:
    """The number of the first changed line, how it read, and how it reads now."""
    old, new = before.splitlines(), after.splitlines()
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if tag != "equal":
            return i1 + 1, _joined(old[i1:i2]), _joined(new[j1:j2])
    return 0, "", ""


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)
