"""Bundles for venues that bring the submission: a grader, and a script that starts it."""

from __future__ import annotations

from pathlib import Path

from grader.publishing import Tree
from grader.publishing.tree import grader_tree

SCRIPTS = Path(__file__).parent / "venue"


def classroom50_tree(*, hidden: bool) -> Tree:
    """`autograder.py` and the grader beside it, for CLASSROOM/autograders/ASSIGNMENT/."""
    return {**_scripts("classroom50"), **_below(grader_tree(hidden=hidden))}


def gradescope_tree() -> Tree:
    """`setup.sh`, `run_autograder` and the grader with its hidden checks."""
    return {**_scripts("gradescope"), **_below(grader_tree(hidden=True))}


def _scripts(venue: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((SCRIPTS / venue).iterdir())}


def _below(tree: Tree) -> dict[str, bytes]:
    return {f"afterwards/{name}": data for name, data in tree.items()}
