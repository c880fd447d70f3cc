"""Commands that a page tells people to type: programs, exercises and files they name are there."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from grader.exercise import HOME, ROOT, all_exercises
from grader.student.catalogue import checks_of

COMMAND = re.compile(r"^\$ (.+)$", re.MULTILINE)
# Not looked for: a machine that audits need not have what a student installs or has in a shell.
PROGRAMS = {"curl", "grader", "pip", "pytest", "python", "python3", "source", "uv", "uvicorn"}
CHECK = re.compile(r"(ex\d+)/(\w+)")
MADE_LATER = (".venv/",)  # what the student's own commands make


def broken_commands(text: str) -> Iterator[str]:
    """Why a command on the page cannot work, for each that cannot."""
    for line in COMMAND.findall(text.replace("\\\n", " ")):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            yield f"`{line}` cannot be typed: {error}"
            continue
        yield from (f"`{line}`: {why}" for why in _faults(words))


def _faults(words: list[str]) -> Iterator[str]:
    while words and re.match(r"[A-Z_]+=", words[0]):  # CI=true grader ...
        words = words[1:]
    if words[:2] == ["uv", "run"]:
        words = words[2:]
    if not words or not _is_program(words[0]):
        yield f"there is no program {words[0] if words else ''!r}"
        return
    program, *rest = words
    if program == "curl":
        return
    if program == "grader" and not _is_command(rest[:1]):
        yield f"grader has no command {' '.join(rest[:1])!r}"
    if program == "uvicorn" and not _is_module(rest[:1]):
        yield f"{' '.join(rest[:1])!r} is not here"
    for word in rest:
        yield from _named(word)


def _named(word: str) -> Iterator[str]:
    if re.fullmatch(r"ex\d+", word) and not (HOME / word).is_dir():
        yield f"there is no {word}"
    if check := CHECK.fullmatch(word):
        if word not in _checks(check[1]):
            yield f"there is no check {word}"
        return
    is_path = "/" in word and ":" not in word and not word.startswith(("-", *MADE_LATER))
    if is_path and not (ROOT / word).exists():
        yield f"there is no {word}"


def _checks(name: str) -> set[str]:
    exercise = all_exercises().get(name)
    return {entry.id for entry in checks_of(exercise)} if exercise else set()


def _is_program(name: str) -> bool:
    beside = str(Path(sys.executable).parent)  # where this environment's commands are
    return name in PROGRAMS or bool(which(name) or which(name, path=beside))


def _is_command(words: list[str]) -> bool:
    return bool(words) and find_spec(f"grader.commands.{words[0]}") is not None


def _is_module(words: list[str]) -> bool:
    path = "".join(words).partition(":")[0].replace(".", "/")
    return bool(path) and (ROOT / f"{path}.py").is_file()
