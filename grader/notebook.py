"""Notebook: what a student's tree remembers between commands, in .afterwards/state.json.

    {"hints": {"ex1/2": 1}, "runs": {"ex1": {"digest": "…", "checks": {"ex1/registers": "passed"}}}}

Hints: by task, how many steps were shown. Runs: by exercise, how each check last ended, and the
digest of the files that it judged. Git ignores the folder; deleting it costs only the memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ValidationError

from grader.exercise import Exercise
from grader.results import Outcome

FOLDER = ".afterwards"
MAX_BYTES = 1 << 20
# A tree may come from anybody: no link of theirs is followed, and no pipe waited for.
AS_IT_IS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class Run(BaseModel):
    """How checks of one exercise ended, for files of this digest."""

    digest: str = ""
    checks: dict[str, Outcome] = {}


class State(BaseModel):
    """The whole file."""

    hints: dict[str, int] = {}
    runs: dict[str, Run] = {}


class Notebook:
    """The memory of one tree. Without a tree, or on a disk that cannot be written, it is empty.

    `note` is a line on what does not work, for the command to show; None when all is well.
    """

    def __init__(self, tree: Path | None) -> None:
        self.tree = tree
        self.note: str | None = None
        self._file = None if tree is None else tree / FOLDER / "state.json"

    def hints_seen(self, exercise: str, task: int) -> int:
        """How many hints of this task were shown."""
        return max(0, self._read().hints.get(f"{exercise}/{task}", 0))

    def saw_hint(self, exercise: str, task: int, step: int) -> None:
        """Remember that hints up to `step` were shown."""
        state = self._read()
        state.hints[f"{exercise}/{task}"] = step
        self._write(state)

    def last_run(self, exercise: str) -> Run:
        """How the checks of this exercise last ended; no checks when none has run."""
        return self._read().runs.get(exercise, Run())

    def record(self, exercise: str, digest: str, checks: Mapping[str, Outcome]) -> None:
        """Remember verdicts; older ones are kept only when they judged the very same files."""
        state = self._read()
        known = state.runs.get(exercise, Run())
        kept = known.checks if known.digest == digest else {}
        state.runs[exercise] = Run(digest=digest, checks={**kept, **checks})
        self._write(state)

    def _read(self) -> State:
        if self._file is None:
            return State()
        try:
            return State.model_validate_json(_read(self._file))
        except FileNotFoundError:
            return State()
        except OSError as error:
            self.note = f"cannot read {FOLDER}/state.json ({error.strerror}); going on without"
        except (ValidationError, ValueError):
            self.note = f"{FOLDER}/state.json is broken and ignored; you may delete it"
        return State()

    def _write(self, state: State) -> None:
        """Replace the file in one go, so that a second command never reads half of it."""
        if self._file is None:
            return
        fresh = self._file.with_name(f"state.{os.getpid()}.json")
        try:
            open_folder(self._file.parent)
            with contextlib.suppress(FileNotFoundError):  # of a process of this number that died
                fresh.unlink()
            _create(fresh, state.model_dump_json(indent=1) + "\n")
            os.replace(fresh, self._file)
        except OSError as error:
            with contextlib.suppress(OSError):
                fresh.unlink()
            self.note = f"cannot write {FOLDER}/ ({error.strerror}); nothing is remembered"


def open_folder(folder: Path) -> None:
    """Make the folder, out of git's sight. Raises OSError, also when it is a link: not ours."""
    _expect_no_link(folder)
    folder.mkdir(exist_ok=True)
    with contextlib.suppress(FileExistsError):
        _create(folder / ".gitignore", "*\n")


def _expect_no_link(folder: Path) -> None:
    if folder.is_symlink():
        raise OSError(0, "it is a link")


def open_own(file: Path, flags: int) -> int:
    """A descriptor of a file that is no link, pipe or folder. Raises OSError."""
    _expect_no_link(file.parent)
    fd = os.open(file, flags | AS_IT_IS, 0o644)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(0, "it is no file")
    return fd


def _read(file: Path) -> bytes:
    with open(open_own(file, os.O_RDONLY), "rb") as opened:
        return opened.read(MAX_BYTES)


def _create(file: Path, text: str) -> None:
    """Write a file that was not there. Raises OSError."""
    with open(open_own(file, NEW), "wb") as opened:
        opened.write(text.encode())


def digest(exercise: Exercise, folder: Path) -> str:
    """A digest of the editable files in `folder`."""
    files: dict[str, bytes | None] = {}
    for name in exercise.editable:
        try:
            files[name] = (folder / name).read_bytes()
        except OSError:
            files[name] = None
    return digest_of(files)


def digest_of(files: Mapping[str, bytes | None]) -> str:
    """A digest of these files; one that is not there counts as such."""
    total = hashlib.sha256()
    for name, data in sorted(files.items()):
        total.update(f"{name}\0{-1 if data is None else len(data)}\0".encode() + (data or b""))
    return total.hexdigest()


def find_tree(start: Path, exercises: Iterable[str]) -> Path | None:
    """The folder at or above `start` that holds exercises/exN."""
    names = tuple(exercises)
    for folder in (start, *start.parents):
        if any((folder / "exercises" / name).is_dir() for name in names):
            return folder
    return None
