"""The message of a failed check: expected, observed, one sentence of cause, one place to go."""

from __future__ import annotations

import traceback
from pathlib import Path

from grader.diagnosis import cause
from grader.exercise import Exercise
from grader.expect import RAISED, Mismatch, last_mismatch
from grader.raised import raised, traceback_of
from grader.serving.app import AppStopped, NoAnswer
from grader.serving.bubblewrap import LAB
from grader.timeline import Timeline
from grader.unanswered import unanswered

MAX_OUTPUT = 1_500
MAX_PART = 3_000  # characters; an id that an app made up can be a megabyte
PACKAGE = Path(__file__).parent


def explain(error: BaseException, timeline: Timeline | None) -> str | None:
    """The first three parts; None when the error is not one of a student's app."""
    if isinstance(error, AppStopped):
        seen = timeline.picture() if timeline is not None and len(timeline) else "nothing"
        why = _sentence(str(error))
        if isinstance(error, NoAnswer) and timeline is not None:
            errors = timeline.of("endpoint.raised")
            why = f"{why} {raised(errors[-1]) if errors else unanswered(timeline)}".strip()
        return _parts("an answer from the app", seen, why) + _indented(error.traceback)
    if not isinstance(error, AssertionError):
        if not _in_a_suite(error):
            return None
        seen = timeline.picture() if timeline is not None and len(timeline) else "nothing"
        what = f"{type(error).__name__}: {error}"[:200]
        return _parts("answers in the shape of the page", seen, f"They cannot be read: {what}.")
    mismatch = last_mismatch.value
    if mismatch is None:
        return _sentence(str(error))
    return of_mismatch(mismatch, timeline or Timeline())


def _in_a_suite(error: BaseException) -> bool:
    """Whether a suite stumbled over what the app had answered: of our frames, the last is its own.

    `{"nr": 1}` where the page says `{"id": 1}` is a KeyError in the suite, an id with a line break
    an InvalidURL in the client that the suite called. An error below, in serving or the fakes, is
    the grader's.
    """
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [file for file in files if file.is_relative_to(PACKAGE) or file.name.startswith("test_")]
    return bool(ours) and (
        ours[-1].is_relative_to(PACKAGE / "suites") or ours[-1].name.startswith("test_")
    )


def of_mismatch(mismatch: Mismatch, timeline: Timeline) -> str:
    """The first three parts, and the traceback of whatever the student's code raised."""
    errors = timeline.of(*RAISED)
    trace = traceback_of(errors[0]) if errors else ""
    text = _parts(mismatch.expected, mismatch.observed, cause(mismatch, timeline))
    return text + _indented(trace)


def where_to_go(exercise: Exercise, task: int) -> str:
    """The fourth part."""
    return (
        f"See task {task} in exercises/{exercise.id}/README.md;"
        f" for a hint: grader hint {exercise.id} --task {task}"
    )


def printed(output: str) -> str:
    """What the app printed, as the last part of a message; empty when it printed nothing."""
    text = output.strip()
    if not text:
        return ""
    cut = text if len(text) <= MAX_OUTPUT else f"…{text[-MAX_OUTPUT:]}"
    return "\nyour app printed:" + _indented(cut)


def _parts(expected: str, observed: str, sentence: str) -> str:
    expected, observed, sentence = (
        text if len(text) <= MAX_PART else f"{text[:MAX_PART]}…"
        for text in (expected, observed, _own_paths(sentence))
    )
    return f"expected   {expected}\nobserved   {observed}\n{sentence}"


def _sentence(text: str) -> str:
    text = text.strip()
    if "." not in text.split(" ")[0]:  # a file's name keeps its small letter
        text = text[:1].upper() + text[1:]
    return text + ("" if text.endswith((".", "!", "?")) else ".")


def _indented(text: str) -> str:
    return "".join(f"\n    {line}" for line in _own_paths(text).strip().splitlines())


def _own_paths(text: str) -> str:
    """Paths as their author knows them, not as the sandbox does."""
    return text.replace(f"{LAB}/", "")
