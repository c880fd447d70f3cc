"""The exercises are tested like code: a sample of what `grader audit` grades, in both modes.

AFTERWARDS_ALL=1 compares the modes for all specimens, which takes an hour; `grader audit` is the
way to grade them all in the sandbox.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.audit.apps import App, Kind
from grader.audit.findings import judge_runs
from grader.audit.judging import judge
from grader.audit.pages import judge_other_pages, judge_page
from grader.audit.places import Places
from grader.audit.runs import Runs
from grader.exercise import all_exercises
from grader.student.catalogue import checks_of
from tests.in_process import failed_in_process

EXERCISES = all_exercises()
SPECIMENS = (Kind.CORRECT, Kind.WRONG)


def _apps(every: int, *kinds: Kind) -> list[App]:
    """Solutions, stubs and dead apps in full; of specimens one in so many."""
    chosen = []
    for exercise in EXERCISES.values():
        apps = [app for app in Places().apps(exercise) if app.kind in kinds]
        few = [app for app in apps if app.kind not in SPECIMENS]
        chosen += few + [app for app in apps if app.kind in SPECIMENS][::every]
    return chosen


@pytest.mark.parametrize("app", _apps(9, *Kind), ids=str)
def test_an_app_is_judged_as_it_deserves(app: App) -> None:
    """Full marks for a correct app, failures where a wrong one is wrong, nothing for nothing."""
    runs = Runs()
    runs.add(judge(app))
    exercise = EXERCISES[app.exercise]
    tasks = [task.number for task in exercise.tasks]
    assert list(map(str, judge_runs(app, runs, checks_of(exercise), tasks))) == []


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_page_says_what_is_tested(exercise: str) -> None:
    """Tasks, points, hints, TODOs, links and commands agree with each other and with the checks."""
    chosen = EXERCISES[exercise]
    assert list(map(str, judge_page(chosen, checks_of(chosen)))) == []


def test_links_and_commands_of_route_and_lesson_work() -> None:
    """Every relative link leads to a file, every command names what is there."""
    assert list(map(str, judge_other_pages())) == []


@pytest.mark.parametrize(
    "app",
    _apps(1 if os.environ.get("AFTERWARDS_ALL") else 24, Kind.SOLUTION, *SPECIMENS),
    ids=str,
)
def test_both_modes_agree(app: App, tmp_path: Path) -> None:
    """In process and in the sandbox the same checks fail; of a racing app, some of its task."""
    file = tmp_path / "app.py"
    file.write_bytes(app.source)
    tasks = {check.name: check.task for check in checks_of(EXERCISES[app.exercise])}
    in_process, sandboxed = (
        {tasks[name] if app.may else name for name in failed if tasks[name] not in app.may}
        for failed in (failed_in_process(file, app.exercise), judge(app).failed)
    )
    assert in_process == sandboxed
