"""Whether what a tree needs is installed, looked up under the name that its pyproject.toml gives.

A published tree is a package of another name than the repository that publishes it.
"""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

OURS = "afterwards"
FILE = "pyproject.toml"
BESIDE = Path(__file__).parents[2]  # of a grader that stands in a tree


def project(tree: Path | None) -> str:
    """The name of the package that `tree` is, or else the tree that this grader stands in.

    Raises ValueError, in words that follow the name of the file.
    """
    for folder in (tree or BESIDE, BESIDE):
        try:
            data = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise ValueError(f"cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise ValueError(f"is no TOML: {error}") from None
        facts = data.get("project")
        name = facts.get("name") if isinstance(facts, dict) else None
        if isinstance(name, str) and name:
            return name
    return OURS


def install() -> str:
    """The command that installs a tree; an environment that uv made has no pip."""
    return "uv sync" if find_spec("pip") is None else "python -m pip install -e ."


def wrong(line: str) -> str | None:
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
