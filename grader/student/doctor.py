"""What a student's machine and repository need, looked at one by one; each with what mends it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from grader.exercise import HOME, all_exercises
from grader.notebook import FOLDER, open_folder
from grader.serving.bubblewrap import INSTALL, USERNS, SandboxError, find_bubblewrap
from grader.serving.host import WarmHost
from grader.serving.limits import LIMITS
from grader.stage import staged

OLDEST = (3, 11)
INSTALL_PACKAGE = "python -m pip install -e ."
TRY_BUBBLEWRAP = "bwrap --unshare-all --ro-bind / / true    # says what is wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` is the command or the step that mends it.

    `broken` is None where it cannot be told from here, or where it does not matter here.
    """

    what: str
    broken: bool | None
    mend: str = ""


def examine(tree: Path | None) -> Iterator[Finding]:
    """Look at everything, cheapest first."""
    yield _python()
    yield from _packages()
    yield _exercises(tree)
    if tree is not None:
        yield _memory(tree)
    yield _sandbox()
    if tree is not None:
        yield from _repository(tree)


def _python() -> Finding:
    have = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        return Finding(f"Python {have} is older than {wanted}", True, f"install Python {wanted}")
    return Finding(f"Python {have}", False)


def _packages() -> Iterator[Finding]:
    try:
        wanted = requires("afterwards") or []
    except PackageNotFoundError:
        yield Finding("the package afterwards is not installed", True, INSTALL_PACKAGE)
        return
    wrong = [text for line in wanted if (text := _wrong(line))]
    if wrong:
        yield Finding(f"packages: {', '.join(wrong)}", True, INSTALL_PACKAGE)
    else:
        yield Finding(f"packages: all {len(wanted)} that are needed", False)


def _wrong(line: str) -> str | None:
    """What is wrong with one required package, or None."""
    try:
        need = Requirement(line)
    except InvalidRequirement:
        return None
    if need.marker is not None and not need.marker.evaluate():
        return None
    try:
        have = version(need.name)
    except PackageNotFoundError:
        return f"{need.name} is missing"
    return None if need.specifier.contains(have, prereleases=True) else f"{need.name} is {have}"


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
        return Finding(what, None, INSTALL_PACKAGE)
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


def _repository(tree: Path) -> Iterator[Finding]:
    try:
        inside = _git(tree, "rev-parse", "--is-inside-work-tree")
    except (OSError, subprocess.TimeoutExpired):
        yield Finding("git is not installed", True, "install it: https://git-scm.com/downloads")
        return
    if inside != "true":
        yield Finding(f"{tree} is not a git repository", True, "git clone the one that is yours")
        return
    remote = _git(tree, "remote", "get-url", "origin")
    if not remote:
        mend = "git remote add origin ADDRESS-OF-YOUR-REPOSITORY"
        yield Finding("git has no remote `origin` to push to", True, mend)
    else:
        yield Finding(f"git pushes to {without_secret(remote)}", False)
    yield _actions(tree, remote)


def _actions(tree: Path, remote: str) -> Finding:
    folder = tree / ".github" / "workflows"
    if not [*folder.glob("*.yml"), *folder.glob("*.yaml")]:
        return Finding("no workflow in .github/workflows, so a push is not graded", None)
    address = without_secret(remote).removesuffix(".git").replace("git@github.com:", _GITHUB)
    page = f"{address}/actions" if address.startswith(_GITHUB) else "the Actions page"
    what = "whether Actions run for your fork cannot be seen from here"
    return Finding(what, None, f"open {page} and press the green button, if there is one")


_GITHUB = "https://github.com/"


def without_secret(remote: str) -> str:
    """The address without a user name or token in it, which must not land on a screen."""
    scheme, separator, rest = remote.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}" if separator else remote


def _git(tree: Path, *args: str) -> str:
    """What git says, empty when it declines. Raises OSError or TimeoutExpired."""
    command = ["git", "-C", str(tree), *args]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
