"""The stage, which a sandbox sees: our own exercises package with a student's files in."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.exercise import HOME, Exercise

FRESH = Path(__file__).parent / "guest" / "fresh.py"


@contextlib.contextmanager
def staged(
    files: Mapping[str, Mapping[str, bytes]], exercises: Mapping[str, Exercise]
) -> Iterator[Path]:
    """Set it up for these exercises; `files` are the submission's, by exercise and name."""
    root = Path(tempfile.mkdtemp(prefix="afterwards-stage-"))
    try:
        root.chmod(0o755)
        package = root / "exercises"
        package.mkdir()
        for name in ("__init__.py", "services.py"):
            shutil.copyfile(HOME / name, package / name)
        for exercise in exercises.values():
            folder = package / exercise.id
            folder.mkdir()
            for path in exercise.support:
                shutil.copyfile(path, folder / path.name)
            for name, data in files.get(exercise.id, {}).items():
                (folder / name).write_bytes(data)
        (root / "guest").mkdir()
        shutil.copyfile(FRESH, root / "sitecustomize.py")
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)
