"""The exercises are tested like code: solutions, stubs, and every specimen, in both modes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.exercise import HOME, all_exercises
from tests.in_process import failed_in_process
from tests.matrix import SPECIMENS, declared_tasks, failed, grade_app, specimens

EXERCISES = tuple(all_exercises())
ROOT = Path(__file__).parents[1]
DEAD = {
    "empty": "",
    "404 to everything": "from fastapi import FastAPI\napp = FastAPI()\n",
    "500 to everything": (
        "async def app(scope, receive, send):\n"
        "    assert scope['type'] == 'http'\n"
        "    await send({'type': 'http.response.start', 'status': 500, 'headers': []})\n"
        "    await send({'type': 'http.response.body', 'body': b''})\n"
    ),
    "ends at import": "import os\nos._exit(0)\n",
}


def _apps(kind: str, every: int = 6) -> list[tuple[str, str]]:
    """Every sixth specimen; all of them with AFTERWARDS_ALL=1, which takes a quarter of an hour."""
    apps = [(name, app.stem) for name in EXERCISES for app in specimens(name, kind)]
    return apps if os.environ.get("AFTERWARDS_ALL") else apps[::every]


def _both_modes() -> list[tuple[str, str, str]]:
    kinds = ("correct", "wrong")
    return [(name, kind, app) for kind in kinds for name, app in _apps(kind, every=24)]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_gets_full_marks(exercise: str) -> None:
    """The reference solution passes every check, 25 points, in both modes."""
    app = ROOT / "solutions" / exercise / "app.py"
    report = grade_app(app, exercise)
    assert (report.points, failed(report)) == (25, [])
    assert failed_in_process(app, exercise) == []


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_stub_scores_under_a_third(exercise: str) -> None:
    """What a student starts with earns little, and passes no hidden check by accident."""
    report = grade_app(HOME / exercise / "app.py", exercise)
    assert report.points * 3 < 25
    assert not [c.id for c in report.exercises[0].checks if c.points and not c.visible]


@pytest.mark.parametrize("name", DEAD)
@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_dead_app_earns_nothing(exercise: str, name: str, tmp_path: Path) -> None:
    """An app that does nothing passes no check at all."""
    app = tmp_path / "app.py"
    app.write_text(DEAD[name])
    report = grade_app(app, exercise)
    assert report.points == 0
    assert len(failed(report)) == len(report.exercises[0].checks)


@pytest.mark.parametrize(("exercise", "name"), _apps("correct"))
def test_a_correct_app_gets_full_marks(exercise: str, name: str) -> None:
    """Whatever its style, an app that keeps the page passes every check."""
    assert failed(grade_app(SPECIMENS / exercise / "correct" / f"{name}.py", exercise)) == []


@pytest.mark.parametrize(("exercise", "name"), _apps("wrong"))
def test_a_wrong_app_fails_where_it_is_wrong(exercise: str, name: str) -> None:
    """A mistake fails at a check of the task that it breaks."""
    app = SPECIMENS / exercise / "wrong" / f"{name}.py"
    report = grade_app(app, exercise)
    tasks = {check.id.split("/")[1]: check.task for check in report.exercises[0].checks}
    assert declared_tasks(app) & {tasks[one] for one in failed(report)}


@pytest.mark.parametrize(("exercise", "kind", "name"), _both_modes())
def test_both_modes_agree(exercise: str, kind: str, name: str) -> None:
    """In process and in the sandbox the same checks fail."""
    app = SPECIMENS / exercise / kind / f"{name}.py"
    assert set(failed_in_process(app, exercise)) == set(failed(grade_app(app, exercise)))
