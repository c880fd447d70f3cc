"""What a student types needs modules that are started by name: a published tree has them all."""

from __future__ import annotations

from grader.exercise import all_exercises
from grader.publishing.modules import GRADER, needed


def test_the_watchers_worker_and_the_stubs_are_published() -> None:
    """No import says that `grader watch` starts its worker, and that `grader reset` reads stubs."""
    names = {path.relative_to(GRADER).as_posix() for path in needed()}
    stubs = {f"stubs/{e.id}/{name}.txt" for e in all_exercises().values() for name in e.editable}
    assert {"student/worker.py", "notebook.py", "remembering.py", *stubs} <= names
