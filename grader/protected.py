"""Which files of a published repository are not as they were published. A notice, never a verdict:
only the files to hand in are taken from a submission, so the others have no effect in class."""

from __future__ import annotations

from pathlib import Path

from grader.manifest import FILE, Manifest, digest
from grader.submission import opened, read
from grader.text import visible

MAX_NAMED = 12


def changed(tree: Path, published: Manifest) -> list[str]:
    """One notice that names what differs in `tree`; none for a tree that was never published."""
    if _digest(tree, FILE) is None:
        return []
    different = [name for name, known in published.files.items() if _digest(tree, name) != known]
    if not different:
        return []
    names = ", ".join(visible(name) for name in different[:MAX_NAMED])
    more = f" and {len(different) - MAX_NAMED} more" if len(different) > MAX_NAMED else ""
    return [f"not as published, and not used in class: {names}{more}"]


def _digest(tree: Path, name: str) -> str | None:
    *folders, last = name.split("/")
    try:
        with opened(tree, folders, last) as (fd, size):
            return digest(read(fd, size))
    except OSError:
        return None
