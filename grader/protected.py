"""Which files of a published repository are not as they were published. A notice, never a verdict:
only the files to hand in are taken from a submission, so the others have no effect in class."""

from __future__ import annotations

from pathlib import Path

from grader.manifest import FILE, Manifest, digest
from grader.submission import opened, read
from grader.text import visible

MAX_NAMED = 12
OTHER = "from another version of the template, or its manifest was edited; not used in class"


def changed(tree: Path, published: Manifest) -> list[str]:
    """One notice that names what differs in `tree`; none for a tree that was never published."""
    theirs = _digest(tree, FILE)
    different = [name for name, known in published.files.items() if _digest(tree, name) != known]
    if theirs is None or not different:
        return []
    same = theirs == digest(published.text().encode())
    what = "not as published, and not used in class" if same else OTHER
    names = ", ".join(visible(name) for name in different[:MAX_NAMED])
    more = f" and {len(different) - MAX_NAMED} more" if len(different) > MAX_NAMED else ""
    return [f"{what}: {names}{more}"]


def _digest(tree: Path, name: str) -> str | None:
    *folders, last = name.split("/")
    try:
        with opened(tree, folders, last) as (fd, size):
            return digest(read(fd, size))
    except OSError:
        return None
