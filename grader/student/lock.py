"""One watcher a tree: the second one finds the lock taken. It falls with its process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.notebook import FOLDER, open_folder, open_own


class Taken(Exception):
    """Another watcher is at work here; the text is its process number, or empty."""


@contextmanager
def only_one(tree: Path) -> Iterator[str | None]:
    """Hold the lock; yields a line where none can be, as on a read-only disk. Raises Taken."""
    path = tree / FOLDER / "watch.lock"
    try:
        open_folder(path.parent)
        fd = open_own(path, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        yield f"cannot write {FOLDER}/ ({error.strerror}); nothing is remembered"
        return
    try:
        try:
            _lock(fd)
        except OSError:
            raise Taken(os.read(fd, 20).decode(errors="replace").strip()) from None
        os.ftruncate(fd, 0)
        os.write(fd, str(os.getpid()).encode())
        yield None
    finally:
        os.close(fd)


if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> None:
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
