"""What a student's machine and repository need, looked at one by one; each with what mends it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from grader.exercise import HOME, all_exercises
from grader.notebook import FOLDER, open_folder
from grader.serving.bubblewrap import INSTALL, USERNS, SandboxError, find_bubblewrap
from grader.serving.host import WarmHost
from grader.serving.limits import LIMITS
from grader.stage import staged
from grader.student.finding import Finding
from grader.student.packages import FILE, install, project, wrong
from grader.student.repository import gone, repository

OLDEST = (3, 11)
TRY_BUBBLEWRAP = "bwrap --unshare-all --ro-bind / / true    # says what is wrong"


def examine(tree: Path | None) -> Iterator[Finding]:
    """Look at everything, cheapest first."""
    yield _python()
    yield _packages(tree)
    if tree is not None:
        yield from gone(tree)
    yield _exercises(tree)
    if tree is not None:
        yield _memory(tree)
    yield _sandbox()
    if tree is not None:
        yield from repository(tree)


def _python() -> Finding:
    have = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        return Finding(f"Python {have} is older than {wanted}", True, f"install Python {wanted}")
    return Finding(f"Python {have}", False)


def _packages(tree: Path | None) -> Finding:
    try:
        name = project(tree)
        wanted = requires(name) or []
    except ValueError as error:
        return Finding(f"{FILE} {error}", True, f"git checkout HEAD -- {FILE}")
    except PackageNotFoundError:
        return Finding(f"the package {name} is not installed", True, install())
    faults = [text for line in wanted if (text := wrong(line))]
    if faults:
        return Finding(f"packages: {', '.join(faults)}", True, install())
    return Finding(f"packages: all {len(wanted)} that are needed", False)


def _exercises(tree: Path | None) -> Finding:
    if tree is None:
        return Finding("no exercises/ in this folder or above it", True, "cd FOLDER")
    names = all_exercises()
    missing = [
        f"exercises/{e.id}/{name}"
        for e in names.values()
        for name in e.editable
        if not (tree / "exercises" / e.id / name).is_file()
    ]
    if missing:
        mend = f"grader reset {missing[0].split('/')[1]}"
        return Finding(f"missing: {', '.join(missing)}", True, mend)
    if HOME.resolve() != (tree / "exercises").resolve():
        what = f"the pages and checks come from {HOME}, not from this repository"
        return Finding(what, None, install())
    return Finding(f"exercises: {', '.join(names)}", False)


def _memory(tree: Path) -> Finding:
    try:
        open_folder(tree / FOLDER)
        with tempfile.TemporaryFile(dir=tree / FOLDER):
            pass
    except OSError as error:
        what = f"{FOLDER}/ cannot be written ({error.strerror}), so nothing is remembered"
        return Finding(what, True, f"make {tree} writable, or delete {FOLDER}")
    return Finding(f"{FOLDER}/ can be written", False)


def _sandbox() -> Finding:
    """Build a real sandbox: that the program is there does not mean that it may."""
    if sys.platform != "linux":
        what = "no sandbox on this system; `grader grade` runs your own code without one"
        return Finding(what, None)
    if find_bubblewrap() is None:
        return Finding(
            "bubblewrap is not installed",
            True,
            INSTALL.removeprefix("install it: ").partition(" (")[0],
        )
    try:
        _build_a_sandbox()
    except SandboxError as error:
        what, _, _ = str(error).partition(";")
        hint = USERNS.partition(": ")[2]
        return Finding(what, True, hint if USERNS in str(error) else TRY_BUBBLEWRAP)
    return Finding("bubblewrap builds a sandbox", False)


def _build_a_sandbox() -> None:
    """Start a host as a graded run does, and end it. Raises SandboxError."""
    with staged({}, {}) as stage:
        host = WarmHost(stage, LIMITS, sandbox=True)
        try:
            host.wait_ready()
        finally:
            host.close()
