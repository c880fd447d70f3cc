"""`grader audit`: the suites are graded themselves."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.audit.apps import App
from grader.audit.audit import Audit, Plan
from grader.audit.cache import Cache, default_folder
from grader.audit.equivalents import BadList
from grader.audit.findings import Finding
from grader.audit.load import load
from grader.audit.mutants import NoCosmicRay
from grader.audit.places import NoSuchPlace, Places
from grader.audit.telling import as_json, as_text
from grader.commands.common import chosen, decide_sandbox, stop, write
from grader.errors import GradingError
from grader.serving.bubblewrap import SandboxError

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command("audit")
@click.argument("wanted", metavar="[EXERCISE]...", nargs=-1)
@click.option("--solutions", type=FOLDER, metavar="DIR", help="Reference solutions, DIR/ex1/app.py")
@click.option("--correct", type=FOLDER, metavar="DIR", help="Correct apps, in DIR or DIR/ex1.")
@click.option("--wrong", type=FOLDER, metavar="DIR", help="Wrong apps, each naming its task.")
@click.option("--mutants", is_flag=True, help="Grade every mutant of the solutions too.")
@click.option(
    "--repeat", type=click.IntRange(1), default=1, metavar="N",
    help="Grade solutions, correct and wrong apps N times, in random order: do verdicts differ?",
)  # fmt: skip
@click.option(
    "--load", "busy", type=click.IntRange(0), default=0, metavar="N",
    help="Keep N processors busy with loops meanwhile.",
)  # fmt: skip
@click.option(
    "--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True, metavar="N",
    help="Apps graded at once.",
)  # fmt: skip
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Also write everything as JSON; - is standard output.",
)  # fmt: skip
@click.option("--matrix/--no-matrix", default=True, help="Show apps against checks.")
@click.option(
    "--cache", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Where verdicts are kept between runs, so that one that was ended goes on; safe to delete."
    f"  [default: {default_folder().name} in your cache folder]",
)  # fmt: skip
def audit_command(
    wanted: tuple[str, ...],
    solutions: Path | None,
    correct: Path | None,
    wrong: Path | None,
    mutants: bool,
    repeat: int,
    busy: int,
    jobs: int,
    json_file: Path | None,
    matrix: bool,
    folder: Path | None,
) -> None:
    """Grade the suites of these exercises, all where none is named.

    Solutions and correct apps must get full marks, wrong ones fail in the tasks that they name, the
    stub and apps that do nothing earn next to nothing; pages, hints and points must fit.

    Exit status: 0 sound, 1 findings, 2 could not audit.
    """
    plan = Plan(
        exercises=chosen(wanted),
        places=Places(solutions, correct, wrong),
        mutants=mutants,
        repeat=repeat,
        jobs=jobs,
        cache=Cache(folder or default_folder()),
        sandbox=decide_sandbox("auto"),
        other_pages=not wanted,
    )
    try:
        audit = Audit(plan)
        with load(busy):
            findings = _run(audit)
    except (NoSuchPlace, NoCosmicRay, BadList, GradingError, SandboxError) as error:
        stop(str(error))
    if json_file is not None:
        write(json_file, as_json(audit.audited.values(), findings))
    if json_file is None or str(json_file) != "-":
        for line in as_text(audit.audited.values(), findings, matrix):
            click.echo(line)
    sys.exit(1 if findings else 0)


def _run(audit: Audit) -> list[Finding]:
    bar: ProgressBar[App | None]
    with click.progressbar(
        length=len(audit.todo), label="grading", file=sys.stderr, item_show_func=_shown
    ) as bar:
        return audit.run(lambda app, _: bar.update(1, app))


def _shown(app: App | None) -> str:
    return str(app or "")
