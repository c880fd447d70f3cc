"""What was saved below exercises/, as the ids of the exercises that it affects."""

from __future__ import annotations

import ast
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import watchfiles

from grader.exercise import Exercise

DEBOUNCE_MS, STEP_MS = 400, 15  # editors write in several steps; wait until they are done


@contextmanager
def saves(
    tree: Path, exercises: Iterable[Exercise], post: Callable[[frozenset[str]], None]
) -> Iterator[None]:
    """While inside, `post` gets the ids of the exercises whose files changed, were made or went."""
    over = threading.Event()
    home = tree.resolve() / "exercises"
    known = tuple(exercise.id for exercise in exercises)

    def watch(polling: bool = False) -> None:
        for changes in watchfiles.watch(
            home, watch_filter=_is_source, stop_event=over, force_polling=polling or None,
            debounce=DEBOUNCE_MS, step=STEP_MS, rust_timeout=200, raise_interrupt=False,
        ):  # fmt: skip
            affected = _affected([Path(path) for _, path in changes], home, known)
            if affected:
                post(affected)

    def watch_somehow() -> None:
        try:
            watch()
        except (OSError, RuntimeError):  # the system has no watch left to give: look often instead
            watch(polling=True)

    thread = threading.Thread(target=watch_somehow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(1.0)


def _is_source(_: watchfiles.Change, path: str) -> bool:
    return path.endswith((".py", ".toml")) and "__pycache__" not in path


def _affected(paths: list[Path], home: Path, known: tuple[str, ...]) -> frozenset[str]:
    """The exercises these files belong to; what belongs to none, as services.py, is in all."""
    found: set[str] = set()
    for path in paths:
        parts = path.relative_to(home).parts if path.is_relative_to(home) else ()
        if len(parts) == 1:
            found.update(known)
        elif parts and parts[0] in known:
            found.add(parts[0])
    return frozenset(found)


def cannot_run(exercise: Exercise, tree: Path) -> list[str]:
    """Why the checks cannot run now: the file is gone, or in the middle of an edit. Else empty."""
    for name in exercise.editable:
        where = f"exercises/{exercise.id}/{name}"
        try:
            source = (tree / where).read_bytes()
            with warnings.catch_warnings(action="ignore"):
                ast.parse(source, filename=name)
        except FileNotFoundError:
            return [f"{where} is gone. Save it again, or type: grader reset {exercise.id}"]
        except OSError as error:
            return [f"{where} cannot be read: {error.strerror}"]
        except SyntaxError as error:
            line = f"line {error.lineno}" if error.lineno else "it"
            said = [f"{where}, {line}: {error.msg}"]
            return said + ([f"    {error.text.strip()}"] if error.text else [])
        except (ValueError, RecursionError) as error:
            return [f"{where}: {error}"]
    return []
