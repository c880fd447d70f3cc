"""The trees themselves: a student's repository, and the grader with all its checks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from grader.exercise import HOME, ROOT, SUITES, Exercise, all_exercises
from grader.manifest import FILE, SCHEMA, Hidden, Manifest, digest
from grader.publishing import CannotPublish, Tree
from grader.publishing.filling import filled_in
from grader.publishing.modules import GRADER, needed
from grader.student.catalogue import checks_of
from grader.student.reset import stub
from grader.suite_fault import fault_of

TEMPLATE = GRADER / "template"
LEFT = ("__pycache__", ".data", ".afterwards")
OWN_TO_STUDENTS = (".md", ".json", ".gitignore", ".svg", "Dockerfile")  # edited without harm


@cache
def student_tree() -> Tree:
    """The student's repository: no hidden suite, no solution, no specimen. Raises CannotPublish."""
    tree = {**_without_manifest(), FILE: student_manifest().text().encode()}
    return dict(sorted(tree.items()))


@cache
def student_manifest() -> Manifest:
    """What the student's repository says of itself. Raises CannotPublish."""
    return _manifest(_without_manifest())


@cache
def _without_manifest() -> dict[str, bytes]:
    return {**_template(), **_exercises(), **_grader()}


@cache
def grader_tree(*, hidden: bool) -> Tree:
    """The grader alone, for a venue that brings the submission. Raises CannotPublish."""
    suites = tuple(sorted(SUITES.glob("ex*/test_*.py"))) if hidden else ()
    tree = {**_exercises(), **_grader(suites), "pyproject.toml": _template()["pyproject.toml"]}
    tree["README.md"] = b"The grader of `afterwards`, as published for a venue.\n"
    if not hidden:
        tree[FILE] = _manifest(tree).text().encode()
    return dict(sorted(tree.items()))


def _manifest(tree: Tree) -> Manifest:
    editable = {f"exercises/{e.id}/{name}" for e in all_exercises().values() for name in e.editable}
    given = [name for name in sorted(tree) if name not in editable]
    free = [name for name in given if name.endswith(OWN_TO_STUDENTS)]
    return Manifest(
        schema=SCHEMA,
        hidden={exercise.id: _hidden(exercise) for exercise in all_exercises().values()},
        files={name: digest(tree[name]) for name in given if name not in free},
        free=tuple(name for name in free if name.startswith("exercises/")),
    )


def _hidden(exercise: Exercise) -> Hidden:
    if (fault := fault_of(exercise)) is not None:
        raise CannotPublish(fault)
    checks = [check for check in checks_of(exercise) if not check.visible]
    if not checks:
        raise CannotPublish(
            f"the hidden checks of {exercise.id} are not here; publish from the private repository"
        )
    return Hidden(checks=len(checks), points=sum(check.points for check in checks))


def _template() -> dict[str, bytes]:
    """The files of grader/template/, with what they leave open filled in."""
    project = ROOT / "pyproject.toml"
    if not project.is_file():
        raise CannotPublish(
            "the grader is not in its repository; type `uv run grader publish` there"
        )
    facts = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    open_words = filled_in(facts, all_exercises().values())
    tree = {}
    for path in _files(TEMPLATE):
        data = path.read_bytes()
        for word, value in open_words.items():
            data = data.replace(word.encode(), value.encode())
        tree[path.relative_to(TEMPLATE).as_posix()] = data
    return {**tree, "LICENSE": (ROOT / "LICENSE").read_bytes()}


def _exercises() -> dict[str, bytes]:
    """The exercises as they are given: a stub in place of every file to edit."""
    tree = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in _files(HOME)
        if not path.name.startswith(".")  # what desktops and editors leave behind
    }
    for exercise in all_exercises().values():
        for name in exercise.editable:
            tree[f"exercises/{exercise.id}/{name}"] = stub(exercise, name)
    return tree


def _grader(suites: tuple[Path, ...] = ()) -> dict[str, bytes]:
    return {
        f"grader/{path.relative_to(GRADER).as_posix()}": path.read_bytes()
        for path in needed(suites)
    }


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).parts
        left = any(part in LEFT for part in inner) or path.suffix in (".pyc", ".bak")
        if path.is_file() and not path.is_symlink() and not left:
            yield path
