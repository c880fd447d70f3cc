"""`grader publish`: what leaves this repository, without anything hidden."""

from __future__ import annotations

from pathlib import Path

import click

from grader.commands.common import stop
from grader.publishing import CannotPublish, Tree
from grader.publishing.leaks import refuse_leaks
from grader.publishing.tree import student_tree
from grader.publishing.venues import classroom50_tree, gradescope_tree
from grader.publishing.writing import first_commit, write_folder, write_zip

FOLDER = click.Path(path_type=Path)


@click.command("publish")
@click.argument("destination", type=FOLDER, required=False, metavar="[DEST]")
@click.option("--classroom50", type=FOLDER, metavar="DEST", help="A bundle for Classroom 50.")
@click.option(
    "--with-hidden",
    is_flag=True,
    help="Put the hidden checks into the Classroom 50 bundle. It is served from GitHub Pages,"
    " where students can read it.",
)
@click.option("--gradescope", type=FOLDER, metavar="FILE.zip", help="An autograder for Gradescope.")
@click.option("--git", is_flag=True, help="Make DEST a git repository with one commit.")
@click.option("--dry-run", is_flag=True, help="List the files; write nothing.")
@click.option("--force", is_flag=True, help="Also into a folder, or over a file, that is there.")
def publish_command(
    destination: Path | None,
    classroom50: Path | None,
    gradescope: Path | None,
    *,
    with_hidden: bool,
    git: bool,
    dry_run: bool,
    force: bool,
) -> None:
    """Write the student's repository to DEST, or a bundle for another venue.

    Never solutions, hidden checks or specimens; the same input gives the same bytes. Exit
    status: 0 written, 2 not written.
    """
    target = _one(destination, classroom50, gradescope)
    if with_hidden and classroom50 is None:
        stop("--with-hidden goes with --classroom50; students never get the hidden checks")
    if git and destination is None:
        stop("--git goes with DEST; a bundle is no repository")
    try:
        tree = _tree(classroom50, gradescope, with_hidden=with_hidden)
        if dry_run:
            click.echo("\n".join(tree))
        elif gradescope is not None:
            write_zip(tree, target, force=force)
        else:
            write_folder(tree, target, force=force)
        commit = first_commit(target, tree) if git and not dry_run else None
    except CannotPublish as error:
        stop(str(error))
    verb = "would go" if dry_run else "are"
    click.echo(f"{len(tree)} files {verb} in {target}" + (f", commit {commit}" if commit else ""))


def _one(*targets: Path | None) -> Path:
    given = [target for target in targets if target is not None]
    if len(given) != 1:
        stop("type one of: DEST, --classroom50 DEST, --gradescope FILE.zip")
    return given[0]


def _tree(classroom50: Path | None, gradescope: Path | None, *, with_hidden: bool) -> Tree:
    if gradescope is not None:
        return gradescope_tree()  # students do not see it: the hidden checks are in
    tree = student_tree() if classroom50 is None else classroom50_tree(hidden=with_hidden)
    if not with_hidden:
        refuse_leaks(tree)
    return tree
