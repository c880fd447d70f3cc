"""Submission: the files a student may edit, taken from a tree, and nothing else of it."""

from __future__ import annotations

import hashlib
import itertools
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from grader.exercise import HOME, Exercise

MAX_FILE_BYTES = 256 << 10
MAX_LISTED = 1000
MAX_NAMED = 12  # how many files a notice names


class NotASubmission(Exception):
    """The path cannot be graded; the text says why and what to type instead."""


@dataclass(frozen=True, slots=True)
class Submission:
    """Editable files by exercise and name; `problems` says by exercise what is not there."""

    path: Path
    files: Mapping[str, Mapping[str, bytes]]
    problems: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """`sha256:<hex>` over the names and bytes of the files taken."""
        total = hashlib.sha256()
        for exercise, files in sorted(self.files.items()):
            for name, data in sorted(files.items()):
                total.update(f"{exercise}/{name}\0{len(data)}\0".encode() + data)
        return f"sha256:{total.hexdigest()}"


def read_submission(path: Path, exercises: Mapping[str, Exercise]) -> Submission:
    """Take the editable files of `exercises` from a tree laid out like this repository.

    Files are opened without following links below `path`; anything but a regular file of at most
    MAX_FILE_BYTES is left out and named. Raises NotASubmission.
    """
    folders = _folders(path, exercises)
    files: dict[str, dict[str, bytes]] = {}
    problems: dict[str, str] = {}
    notices: list[str] = []
    for exercise in exercises.values():
        files[exercise.id] = {}
        for name in exercise.editable:
            try:
                with opened(path, [*folders, exercise.id], name) as (fd, size):
                    files[exercise.id][name] = read(fd, size)
            except OSError as error:
                where = f"{exercise.id}/{name}"
                problems.setdefault(exercise.id, f"{where} {_reason(error)}")
        notices += _differences(path, folders, exercise)
    notices += _changed(path, folders, HOME / "services.py")
    return Submission(path, files, problems, tuple(notices))


def _folders(path: Path, exercises: Mapping[str, Exercise]) -> list[str]:
    """The folders between `path` and the exercises: `exercises`, or none."""
    if not path.exists():
        raise NotASubmission(f"no such path: {str(path)!r}; type the folder of a repository")
    if not path.is_dir():
        raise NotASubmission(
            f"{str(path)!r} is a file; type the folder that holds exercises/, such as `.`"
        )
    for folders in (["exercises"], []):
        if any(os.path.lexists(path.joinpath(*folders, name)) for name in exercises):
            return folders
    wanted = f"exercises/{next(iter(exercises))}"
    raise NotASubmission(f"no exercises in {str(path)!r}: there is no {wanted} below it")


@contextmanager
def opened(base: Path, folders: list[str], name: str) -> Iterator[tuple[int, int]]:
    """Descriptor and size of a regular file, opened without following any link below `base`."""
    if not hasattr(os, "O_NOFOLLOW"):  # Windows: your own tree, nothing to defend against
        fd = os.open(base.joinpath(*folders, name), os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            yield fd, os.fstat(fd).st_size
        finally:
            os.close(fd)
        return
    with _folder(base, folders) as folder:
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        try:
            status = os.fstat(fd)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(0, "is not a regular file")
            if status.st_size > MAX_FILE_BYTES:
                raise OSError(0, f"is larger than {MAX_FILE_BYTES >> 10} kB")
            yield fd, status.st_size
        finally:
            os.close(fd)


@contextmanager
def _folder(base: Path, folders: list[str]) -> Iterator[int]:
    """Descriptor of a folder, opened without following any link below `base`."""
    fd = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=fd)
            os.close(fd)
            fd = inner
        yield fd
    finally:
        os.close(fd)


def _names(base: Path, folders: list[str]) -> list[str]:
    """What is in a folder, the first MAX_LISTED of it; nothing when it is none, or a link."""
    try:
        if not hasattr(os, "O_NOFOLLOW"):
            return sorted(os.listdir(base.joinpath(*folders)))[:MAX_LISTED]
        with _folder(base, folders) as fd, os.scandir(fd) as entries:
            return sorted(entry.name for entry in itertools.islice(entries, MAX_LISTED))
    except OSError:
        return []


def read(fd: int, size: int) -> bytes:
    """What an opened file holds: `size` bytes, and one more where it grows meanwhile."""
    data = bytearray()
    while len(data) <= size and (chunk := os.read(fd, size + 1 - len(data))):
        data += chunk
    return bytes(data)


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "is missing"
    if error.errno == 0:
        return error.strerror or "cannot be read"
    return "is behind a link, or cannot be read; only regular files are taken"


def _differences(base: Path, above: list[str], exercise: Exercise) -> list[str]:
    """Notices on given files that were changed, and on files that were left out."""
    given = [exercise.folder / f"test_{exercise.id}.py", *exercise.support]
    folders = [*above, exercise.id]
    notices = [text for path in given for text in _changed(base, folders, path)]
    known = exercise.given | set(exercise.editable)
    extra = [name for name in _names(base, folders) if name not in known and not _made(name)]
    if extra:
        names = ", ".join(repr(name)[1:-1][:60] for name in extra[:MAX_NAMED])
        more = f" and {len(extra) - MAX_NAMED} more" if len(extra) > MAX_NAMED else ""
        notices.append(f"left out of {exercise.id}, not files to hand in: {names}{more}")
    return notices


def _made(name: str) -> bool:
    """Whether a command of ours, or Python, leaves this behind; git does not hand it in."""
    return name in ("__pycache__", ".data") or name.endswith(".bak")


def _changed(base: Path, folders: list[str], own: Path) -> list[str]:
    if not own.exists():
        return []
    try:
        with opened(base, folders, own.name) as (fd, size):
            same = read(fd, size).replace(b"\r\n", b"\n") == own.read_bytes()
    except FileNotFoundError:
        return []
    except OSError:
        same = False
    where = "/".join([*folders, own.name]).removeprefix("exercises/")
    return [] if same else [f"{where} differs from the one given to you; ours was used"]
