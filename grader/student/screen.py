"""What a watcher shows, as lines of text: the verdict, what changed, and the one failure to see."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import click

from grader.exercise import Exercise
from grader.reporters.terminal import MARKS
from grader.results import CheckResult, ExerciseResult, Outcome
from grader.student.board import Board, Change, failures
from grader.student.catalogue import in_class
from grader.student.status import Standing
from grader.text import lines, visible

MAX_CHANGES = 4
KEYS = ("h hint", "n next", "l list", "a run all", "r reset", "q quit")
COLOURS = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.ERROR: "yellow"}


def wrapped(text: str, width: int, indent: str = "", hang: str | None = None) -> list[str]:
    """Lines of at most `width` columns; words that are longer stay whole, to be copied."""
    wrapper = textwrap.TextWrapper(
        width,
        initial_indent=indent,
        subsequent_indent=indent if hang is None else hang,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
    return wrapper.wrap(text) or [""]


def verdict(
    exercise: Exercise, board: Board, change: Change, seconds: float, width: int
) -> Iterator[str]:
    """One exercise after a save."""
    result = board.verdicts[exercise.id]
    passed = sum(check.outcome is Outcome.PASSED for check in result.checks)
    yield from wrapped(
        f"{exercise.id}  {exercise.title}: {passed} of {len(result.checks)} checks,"
        f" {result.points} of {result.max_points} points, {seconds:.2f} s",
        width,
        hang="     ",
    )
    yield _bar(passed, len(result.checks), width)
    yield from _changed("+ passes now", change.now_pass, "green", width)
    yield from _changed("- fails now", change.now_fail, "red", width)
    failure = board.failure(exercise)
    if failure is None:
        yield from _nothing_failed(exercise, result, width)
    else:
        yield ""
        yield from _failure(failure, len(failures(result)), width)


def _changed(word: str, checks: tuple[CheckResult, ...], colour: str, width: int) -> Iterator[str]:
    for check in checks[:MAX_CHANGES]:
        yield from _coloured(wrapped(f"{word}: {check.title}", width, hang="  "), colour)
    if len(checks) > MAX_CHANGES:
        yield from _coloured([f"{word}: {len(checks) - MAX_CHANGES} more"], colour)


def _nothing_failed(exercise: Exercise, result: ExerciseResult, width: int) -> Iterator[str]:
    if result.outcome is Outcome.PASSED:
        hidden = in_class(exercise).checks
        which = f"visible checks of {exercise.id} pass; {hidden} hidden run in class."
        yield from wrapped(
            f"All {which}" if hidden else f"All checks of {exercise.id} pass.", width
        )
    for check in result.checks:
        if check.outcome is Outcome.NOT_REACHED:
            yield from wrapped(f"- {visible(check.message or 'not reached')}", width, hang="  ")
            return


def _failure(check: CheckResult, count: int, width: int) -> Iterator[str]:
    others = f", one of {count} that fail" if count > 1 else ""
    yield from wrapped(f"Look at this one (task {check.task}{others}):", width)
    yield from _coloured(
        wrapped(f"{MARKS[check.outcome]} {check.title}", width, hang="     "), "red"
    )
    yield from message(check, width)


def message(check: CheckResult, width: int) -> Iterator[str]:
    """The message of a check, wrapped below its title; pictures break between events."""
    for line in lines(check.message or ""):
        inner = line[: len(line) - len(line.lstrip())]
        hang = "             " if line.startswith(("expected", "observed")) else f"  {inner}"
        yield from wrapped(line.lstrip(), width, f"  {inner}", hang[: width // 2])
    if check.hint:
        yield from wrapped(check.hint, width, "  ")


def listing(result: ExerciseResult, width: int) -> Iterator[str]:
    """Every check of an exercise with its mark."""
    for check in result.checks:
        text = f"{MARKS[check.outcome]} {check.title}"
        yield from _coloured(wrapped(text, width, hang="     "), COLOURS.get(check.outcome))


def progress(rows: tuple[Standing, ...], width: int) -> list[str]:
    """All exercises in a line."""
    parts = [
        f"{row.exercise.id} {len(row.passed)}/{len(row.entries)}{'*' if row.stale else ''}"
        for row in rows
    ]
    return together("all:", parts, width) + ["* changed since"] * any(row.stale for row in rows)


def keys(width: int) -> list[str]:
    """What may be typed."""
    return together("keys:", KEYS, width)


def together(title: str, parts: Sequence[str], width: int) -> list[str]:
    """A list in a line or more, never broken within a part."""
    text = f"{title} " + ", ".join(part.replace(" ", "\xa0") for part in parts)
    return [line.replace("\xa0", " ") for line in wrapped(text, width)]


def _bar(passed: int, total: int, width: int) -> str:
    room = min(width - 2, 40)
    full = room * passed // max(total, 1)
    return f"[{'#' * full}{'.' * (room - full)}]"


def _coloured(text: list[str], colour: str | None) -> Iterator[str]:
    """Colour repeats what the mark says; click leaves it out where nobody can see it."""
    return (click.style(line, fg=colour) if colour else line for line in text)
