"""A student's repository as git has it: what was published and is gone, where a push goes."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from grader.given import lost
from grader.student.finding import Finding


def gone(tree: Path) -> Iterator[Finding]:
    """Exercises that were published here and are gone; no other command knows of them."""
    for name in lost(tree):
        where = f"exercises/{name}"
        last = ""
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            if not _git(tree, "ls-tree", "HEAD", "--", where).stdout:
                last = _git(tree, "rev-list", "-1", "HEAD", "--", where).stdout.strip()
        commit = f"{last[:12]}~1" if last else "HEAD"
        yield Finding(f"missing: {where}", True, f"git checkout {commit} -- {where}")


def repository(tree: Path) -> Iterator[Finding]:
    """Whether git is here, trusts the repository, and has somewhere to push to."""
    try:
        inside = _git(tree, "rev-parse", "--is-inside-work-tree")
    except (OSError, subprocess.TimeoutExpired):
        yield Finding("git is not installed", True, "install it: https://git-scm.com/downloads")
        return
    if "safe.directory" in inside.stderr:
        what = f"git does not trust {tree}: it belongs to another user"
        yield Finding(what, True, _last_command(inside.stderr, tree))
        return
    if inside.stdout.strip() != "true":
        yield Finding(f"{tree} is not a git repository", True, "git clone the one that is yours")
        return
    remote = _git(tree, "remote", "get-url", "origin").stdout.strip()
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


def _last_command(said: str, tree: Path) -> str:
    """The command that git itself advises."""
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith("git config")]
    return lines[-1] if lines else f"git config --global --add safe.directory {tree}"


def _git(tree: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """What git says, in English; nothing when it declines. Raises OSError or TimeoutExpired."""
    return subprocess.run(
        ["git", "-C", str(tree), *args],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
