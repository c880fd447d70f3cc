"""The roster: a CSV file with a line for each student.

    name,repository,ref
    ada,school/background-tasks-ada,
    grace,grace/background-tasks,main

Names become file names and repositories become arguments of git, so both are plain, or refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
REPOSITORY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]{1,100}")
REF = re.compile(r"([A-Za-z0-9_][A-Za-z0-9._/-]{0,199})?")
MAX_BYTES = 1 << 20
COLUMNS = "name,repository,ref"
WANTED = {
    "name": "letters from a to z, digits, `.`, `-` and `_`, 64 at most, such as juergen-groesse:"
    " names become file names",
    "repository": "owner/name, as in its address on GitHub",
    "ref": "a branch or a tag, or nothing",
}


class BadRoster(Exception):
    """The roster cannot be used; the text says which line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Student:
    """One line. `ref` is a branch or tag, empty for the default branch."""

    name: str
    repository: str
    ref: str = ""


def read_roster(path: Path) -> list[Student]:
    """All students, in the order of the file. Raises BadRoster."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise BadRoster(f"{str(path)!r} is over {MAX_BYTES:,} bytes; split it")
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise BadRoster(f"cannot read the roster {str(path)!r}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadRoster(f"{str(path)!r} is not UTF-8; save it as CSV in UTF-8") from None
    rows = csv.DictReader(io.StringIO(text, newline=None), skipinitialspace=True)
    for column in ("name", "repository"):
        if column not in (rows.fieldnames or ()):
            why = f"{str(path)!r} has no column {column!r}"
            raise BadRoster(f"{why}; type into its first line: {COLUMNS}")
    try:
        students = [_student(row, rows.line_num) for row in rows]
    except csv.Error as error:
        raise BadRoster(f"{str(path)!r} is no CSV file: {error}; save it as CSV in UTF-8") from None
    _no_doubles(students)
    return students


def batches(students: Sequence[Student], jobs: int) -> list[list[dict[str, str]]]:
    """The students dealt out to at most `jobs` jobs, as plain values for a matrix."""
    dealt = [students[number::jobs] for number in range(jobs)]
    return [[asdict(student) for student in batch] for batch in dealt if batch]


def _student(row: dict[str, str | None], line: int) -> Student:
    values = {key: (row.get(key) or "").strip() for key in ("name", "repository", "ref")}
    for key, allowed in (("name", NAME), ("repository", REPOSITORY), ("ref", REF)):
        if not allowed.fullmatch(values[key]) or ".." in values[key]:
            what = f"the {key} {values[key]!r} cannot be taken" if values[key] else f"no {key}"
            raise BadRoster(f"line {line}: {what}; type {WANTED[key]}")
    return Student(**values)


def _no_doubles(students: Sequence[Student]) -> None:
    seen: set[str] = set()
    for student in students:
        # Lower case: on some file systems two names that differ in case are one file.
        if student.name.lower() in seen:
            raise BadRoster(f"the name {student.name!r} is there twice; give each student one line")
        seen.add(student.name.lower())
