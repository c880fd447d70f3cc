"""Verdicts that are known already: one small file each, safe to delete at any time."""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import grader
from grader.audit.apps import App
from grader.audit.judging import Verdict
from grader.exercise import HOME, Exercise, suite_files

# What of the grader cannot change a verdict.
WITHOUT = {"audit", "commands", "drawing", "live", "publishing", "reporters", "student", "suites"}
PACKAGES = ("fastapi", "starlette", "uvicorn", "pydantic", "httpx", "pytest", "pillow", "tenacity")


def default_folder() -> Path:
    """Where verdicts are kept: below $XDG_CACHE_HOME, or ~/.cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "afterwards" / "audit"


class Cache:
    """Verdicts by the digest of app, suite, grader and the libraries that took part."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, app: App, exercise: Exercise) -> Verdict | None:
        """The known verdict, None when there is none or it cannot be read."""
        try:
            return Verdict.from_data(json.loads(self._file(app, exercise).read_bytes()))
        except (OSError, KeyError, TypeError, ValueError):
            return None

    def put(self, app: App, exercise: Exercise, verdict: Verdict) -> None:
        """Remember a verdict; a cache that cannot be written costs time and nothing else."""
        file = self._file(app, exercise)
        half = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            half.write_text(json.dumps(verdict.as_data()), encoding="utf-8")
            half.replace(file)
        except OSError:
            return

    def _file(self, app: App, exercise: Exercise) -> Path:
        total = hashlib.sha256(_house().encode())
        for path in (*suite_files(exercise), *exercise.support, HOME / "services.py"):
            total.update(path.read_bytes())
        total.update((exercise.folder / "exercise.toml").read_bytes())
        total.update(app.source)
        return self._folder / exercise.id / f"{total.hexdigest()}.json"


@cache
def _house() -> str:
    """Digest of the grader's own code, of the words that suites share, and of the libraries."""
    home = Path(grader.__file__).parent
    total = hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        parts = path.relative_to(home).parts
        if parts[0] not in WITHOUT or parts[:-1] == ("suites",):
            total.update(path.read_bytes())
    total.update(" ".join(map(_version, PACKAGES)).encode())
    return total.hexdigest()


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} absent"
