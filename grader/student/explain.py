"""What a check proves and why that matters, without its source."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from grader.exercise import Exercise
from grader.student.catalogue import Entry, checks_of

MAX_SUGGESTIONS = 3


class UnknownCheck(Exception):
    """No check, or several, go by that name; the text says which ones come near."""


def find_check(name: str, exercises: Mapping[str, Exercise]) -> tuple[Exercise, Entry]:
    """The check with this id, or whose id or title has this part. Raises UnknownCheck."""
    known = [(e, entry) for e in exercises.values() for entry in checks_of(e)]
    wanted = _plain(name)
    for same in (_is_id, _is_title, _has_part):
        found = [pair for pair in known if wanted and same(wanted, pair[1])]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(entry.id for _, entry in found[:MAX_SUGGESTIONS])
            more = " and others" if len(found) > MAX_SUGGESTIONS else ""
            raise UnknownCheck(f"{name!r} fits {len(found)} checks: {ids}{more}; type one of them")
    raise UnknownCheck(f"no check {name!r}; {_nearest(wanted, [entry for _, entry in known])}")


def _plain(name: str) -> str:
    """`test_mail_after_response` and `exercises/ex1/test_ex1.py::test_…` name checks too."""
    return " ".join(name.rsplit("::", 1)[-1].removeprefix("test_").lower().split())


def _is_id(wanted: str, entry: Entry) -> bool:
    return wanted in (entry.id, entry.name)


def _is_title(wanted: str, entry: Entry) -> bool:
    return wanted == entry.title.lower()


def _has_part(wanted: str, entry: Entry) -> bool:
    text = f"{entry.id} {entry.title.lower()}"
    return wanted in text or all(word in text for word in wanted.split())


def _nearest(wanted: str, entries: list[Entry]) -> str:
    names: dict[str, str] = {}
    for entry in entries:
        for word in (entry.id, entry.name, entry.title.lower()):
            names.setdefault(word, entry.id)
    near = difflib.get_close_matches(wanted, names, n=MAX_SUGGESTIONS, cutoff=0.5)
    ids = list(dict.fromkeys(names[word] for word in near))
    if not ids:
        return "`grader explain ex1` lists those of exercise 1"
    return f"did you mean {', '.join(ids)}?"


def in_words(exercise: Exercise, entry: Entry) -> Iterator[str]:
    """What to show, one paragraph at a time."""
    task = exercise.task(entry.task)
    points = "1 point" if entry.points == 1 else f"{entry.points} points"
    where = f", in exercises/{exercise.id}/test_{exercise.id}.py" if entry.visible else ""
    yield f"{entry.id}: {entry.title}"
    yield f"Task {task.number}, {task.title.lower()}. {points}{where}."
    yield task.why
    yield (
        f"The task: exercises/{exercise.id}/README.md."
        f" A hint: grader hint {exercise.id} --task {task.number}"
    )
