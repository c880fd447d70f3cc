"""Back to the stub, with the student's version kept beside it."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from pathlib import Path

from grader.exercise import SUITES, Exercise

STUBS = SUITES.with_name("stubs")


class CannotReset(Exception):
    """The file cannot be put back; the text says why."""


@dataclass(frozen=True, slots=True)
class Restored:
    """One file: `kept` is the name of the student's version, None when there was none to keep."""

    name: str
    kept: str | None
    changed: bool


def reset(exercise: Exercise, folder: Path) -> list[Restored]:
    """Put every editable file of `folder` back. Raises CannotReset."""
    try:
        for one in (folder.parent, folder):
            if one.is_symlink():
                raise CannotReset(f"{one.name} is a link; put a folder there, then type it again")
        return [_restore(folder / name, stub(exercise, name)) for name in exercise.editable]
    except OSError as error:
        where = Path(error.filename).name if error.filename else exercise.id
        raise CannotReset(f"cannot reset {exercise.id}: {where}: {error.strerror}") from None


def stub(exercise: Exercise, name: str) -> bytes:
    """What was given to every student as `name`; the tree's own copy may be edited long ago."""
    return (STUBS / exercise.id / f"{name}.txt").read_bytes()


def _restore(file: Path, given: bytes) -> Restored:
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise CannotReset(f"{file.name} is not a plain file; move it away, then type it again")
    if not file.exists():
        file.write_bytes(given)
        return Restored(file.name, None, changed=True)
    own = file.read_bytes()
    if own.replace(b"\r\n", b"\n") == given:
        return Restored(file.name, None, changed=False)
    kept = _keep(file, own)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    with fresh.open("xb") as out:  # x: through no link that waits there
        out.write(given)
    os.replace(fresh, file)
    return Restored(file.name, kept, changed=True)


def _keep(file: Path, own: bytes) -> str:
    """Write `own` under the first free name: app.py.1.bak, app.py.2.bak, and so on."""
    for number in itertools.count(1):
        copy = file.with_name(f"{file.name}.{number}.bak")
        try:
            with copy.open("xb") as out:  # x: never over a file that is there
                out.write(own)
        except FileExistsError:
            continue
        return copy.name
    raise AssertionError("numbers do not end")
