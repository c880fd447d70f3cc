"""Submission: the files a student may edit, taken from a tree, and nothing else of it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from grader.exercise import HOME, Exercise

MAX_FILE_BYTES = 256 << 10
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
    base = _base(path, exercises)
    files: dict[str, dict[str, bytes]] = {}
    problems: dict[str, str] = {}
    notices: list[str] = []
    for exercise in exercises.values():
        files[exercise.id] = {}
        for name in exercise.editable:
            try:
                with _opened(base, [exercise.id], name) as (fd, size):
                    files[exercise.id][name] = _read(fd, size)
            except OSError as error:
                where = f"{exercise.id}/{name}"
                problems.setdefault(exercise.id, f"{where} {_reason(error)}")
        notices += _differences(base, exercise)
    if base.joinpath("services.py").exists():
        notices += _changed(base, [], HOME / "services.py")
    return Submission(path, files, problems, tuple(notices))


def _base(path: Path, exercises: Mapping[str, Exercise]) -> Path:
    if not path.exists():
        raise NotASubmission(f"no such path: {str(path)!r}; type the folder of a repository")
    if not path.is_dir():
        raise NotASubmission(
            f"{str(path)!r} is a file; type the folder that holds exercises/, such as `.`"
        )
    for base in (path / "exercises", path):
        if any(os.path.lexists(base / name) for name in exercises):
            return base
    wanted = f"exercises/{next(iter(exercises))}"
    raise NotASubmission(f"no exercises in {str(path)!r}: there is no {wanted} below it")


@contextmanager
def _opened(base: Path, folders: list[str], name: str) -> Iterator[tuple[int, int]]:
    """Descriptor and size of a regular file, opened without following any link below `base`."""
    if not hasattr(os, "O_NOFOLLOW"):  # Windows: your own tree, nothing to defend against
        fd = os.open(base.joinpath(*folders, name), os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            yield fd, os.fstat(fd).st_size
        finally:
            os.close(fd)
        return
    fds = [os.open(base, os.O_RDONLY | os.O_DIRECTORY)]
    try:
        for folder in folders:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
            fds.append(os.open(folder, flags, dir_fd=fds[-1]))
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        fds.append(os.open(name, flags, dir_fd=fds[-1]))
        status = os.fstat(fds[-1])
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "is not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            raise OSError(0, f"is larger than {MAX_FILE_BYTES >> 10} kB")
        yield fds[-1], status.st_size
    finally:
        for fd in fds:
            os.close(fd)


def _read(fd: int, size: int) -> bytes:
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


def _differences(base: Path, exercise: Exercise) -> list[str]:
    """Notices on given files that were changed, and on files that were left out."""
    given = [exercise.folder / f"test_{exercise.id}.py", *exercise.support]
    notices = [text for path in given for text in _changed(base, [exercise.id], path)]
    known = {path.name for path in exercise.folder.iterdir()} | set(exercise.editable)
    try:
        found = sorted(os.listdir(base / exercise.id))[:1000]
    except OSError:
        return notices
    extra = [name for name in found if name not in known and name != "__pycache__"]
    if extra:
        names = ", ".join(repr(name)[1:-1][:60] for name in extra[:MAX_NAMED])
        more = f" and {len(extra) - MAX_NAMED} more" if len(extra) > MAX_NAMED else ""
        notices.append(f"left out of {exercise.id}, not files to hand in: {names}{more}")
    return notices


def _changed(base: Path, folders: list[str], own: Path) -> list[str]:
    if not own.exists() or not os.path.lexists(base.joinpath(*folders, own.name)):
        return []
    try:
        with _opened(base, folders, own.name) as (fd, size):
            same = _read(fd, size).replace(b"\r\n", b"\n") == own.read_bytes()
    except OSError:
        same = False
    where = "/".join([*folders, own.name])
    return [] if same else [f"{where} differs from the one given to you; ours was used"]
