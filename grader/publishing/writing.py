"""A tree on disk: into a folder, into a zip, into a first commit. The same bytes every time."""

from __future__ import annotations

import contextlib
import os
import subprocess
import zipfile
from pathlib import Path

from grader.exercise import ROOT
from grader.manifest import FILE, Manifest, digest
from grader.publishing import CannotPublish, Tree
from grader.submission import opened, read

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell
COMMIT_DATE = "2026-01-01T00:00:00+0000"
EXECUTABLE = ("setup.sh", "run_autograder")


def write_folder(tree: Tree, destination: Path, *, force: bool = False) -> None:
    """Write every file below `destination`. Raises CannotPublish.

    Args:
        force: also into a folder that holds something. Files of the same name are replaced, files
            that an earlier template brought and this one does not are removed, others stay.
    """
    _refuse_ours(destination)
    try:
        if destination.exists() and any(destination.iterdir()):
            if not force:
                raise CannotPublish(
                    f"{str(destination)!r} is not empty; type an empty folder, or add --force"
                )
            for name in tree:
                _refuse_odd(destination, name)
            _remove_old(destination, tree)
        for name, data in tree.items():
            _write(destination / name, data)
    except OSError as error:
        where = error.filename or destination
        raise CannotPublish(f"cannot write {str(where)!r}: {error.strerror}") from None


def write_zip(tree: Tree, file: Path, *, force: bool = False) -> None:
    """Write a zip without the hour, the user and the order of the disk in it.

    Raises CannotPublish.
    """
    if file.exists() and not force:
        raise CannotPublish(f"{str(file)!r} is there already; type another name, or add --force")
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in sorted(tree.items()):
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.create_system = 3  # Unix, wherever this runs: it says what the mode means
                entry.external_attr = (0o755 if name in EXECUTABLE else 0o644) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, data)
    except OSError as error:
        raise CannotPublish(f"cannot write {str(file)!r}: {error.strerror}") from None


def first_commit(destination: Path, tree: Tree) -> str:
    """Make `destination` a git repository with one commit, and return its id.

    The id depends on the files alone: author and date are fixed. Raises CannotPublish.
    """
    if (destination / ".git").exists():
        raise CannotPublish(f"{str(destination)!r} is a git repository already; leave out --git")
    _git(destination, "init", "--quiet", "--initial-branch=main", "--template=")
    _git(destination, "add", "--force", "--", *tree)
    _git(destination, "commit", "--quiet", "--no-verify", "-m", "Exercises on background tasks")
    return _git(destination, "rev-parse", "HEAD").strip()


def _refuse_ours(destination: Path) -> None:
    """Never over what we publish from, nor where the next commit of it would take it in."""
    wanted = destination.resolve()
    if wanted == ROOT or wanted in ROOT.parents:
        where = "is this repository" if wanted == ROOT else "holds this repository"
    elif ROOT in wanted.parents:
        where = "is inside of this repository"
    else:
        return
    raise CannotPublish(f"{str(destination)!r} {where}; type a folder outside of it")


def _remove_old(destination: Path, tree: Tree) -> None:
    """Remove what an earlier template brought, and nobody has changed since.

    Whoever can write to `destination` wrote its manifest: a name in it is a claim, its digest the
    proof.
    """
    *folders, manifest = FILE.split("/")
    try:
        with opened(destination, folders, manifest) as (fd, size):
            old = Manifest.model_validate_json(read(fd, size)).files
    except (OSError, ValueError):
        return
    for name in set(old) - set(tree):
        *folders, last = name.split("/")
        if ".git" in folders or ".." in folders:
            continue
        with contextlib.suppress(OSError, ValueError):
            with opened(destination, folders, last) as (fd, size):
                same = digest(read(fd, size)) == old[name]
            if same:
                (destination / name).unlink()


def _refuse_odd(destination: Path, name: str) -> None:
    """No link on the way, and no folder or pipe in the place of a file. Raises CannotPublish."""
    path = destination / name
    for folder in list(path.relative_to(destination).parents)[:-1]:
        if (destination / folder).is_symlink():
            where = str(destination / folder)
            raise CannotPublish(f"{where!r} is a link; remove it, then publish again")
    if os.path.lexists(path) and not path.is_symlink() and not path.is_file():
        raise CannotPublish(f"{str(path)!r} is no plain file; remove it, then publish again")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        path.unlink()
    path.write_bytes(data)
    path.chmod(0o755 if path.name in EXECUTABLE else 0o644)


def _git(folder: Path, *words: str) -> str:
    """Run git without the configuration of this machine. Raises CannotPublish."""
    who = {"NAME": "afterwards", "EMAIL": "afterwards@localhost", "DATE": COMMIT_DATE}
    people = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in who.items()}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder)}
    plain = ("-c", "core.autocrlf=false", "-c", "core.fileMode=false", "-c", "gc.auto=0")
    environment = {"PATH": os.environ.get("PATH", os.defpath), **alone, **people}
    try:
        done = subprocess.run(
            ["git", *plain, *words], cwd=folder, env=environment, capture_output=True, text=True
        )
    except OSError:
        raise CannotPublish("git is not here; install it, or leave out --git") from None
    if done.returncode:
        raise CannotPublish(f"git {words[0]} failed: {done.stderr.strip()[:200]!r}")
    return done.stdout
