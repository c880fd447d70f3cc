"""Commands that a page tells people to type: programs, exercises and files they name are there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec

from grader.exercise import HOME, ROOT

COMMAND = re.compile(r"^\$ (.+)$", re.MULTILINE)
PROGRAMS = {"curl", "grader", "pip", "pytest", "python", "python3", "source", "uv", "uvicorn"}
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
    if not words or words[0] not in PROGRAMS:
        yield f"no student has {words[0] if words else 'this'!r}"
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
    is_path = "/" in word and ":" not in word and not word.startswith(("-", *MADE_LATER))
    if is_path and not (ROOT / word).exists():
        yield f"there is no {word}"


def _is_command(words: list[str]) -> bool:
    return bool(words) and find_spec(f"grader.commands.{words[0]}") is not None


def _is_module(words: list[str]) -> bool:
    path = "".join(words).partition(":")[0].replace(".", "/")
    return bool(path) and (ROOT / f"{path}.py").is_file()
