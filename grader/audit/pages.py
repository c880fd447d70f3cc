"""Does a page say what is tested? Tasks, points, hints, TODOs; links and commands are next door."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.audit.findings import Fault, Finding
from grader.audit.links import broken_links
from grader.audit.typed import broken_commands
from grader.exercise import HOME, Exercise
from grader.student.catalogue import Entry

HINTS_A_TASK = 3
MOST_TODOS = 3
HEADING = re.compile(r"^## Task (\d+)\. (.+)$", re.MULTILINE)
TODO = re.compile(r"#\s*TODO \(tasks? ([^)]+)\)")


def judge_page(exercise: Exercise, checks: list[Entry]) -> Iterator[Finding]:
    """What page, exercise.toml, stub and checks do not agree on."""
    page = HOME / exercise.id / "README.md"
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    stub = (exercise.folder / exercise.editable[0]).read_text(encoding="utf-8")
    faults = {
        "README.md": [*_headings(exercise, text), *broken_links(page), *broken_commands(text)],
        "exercise.toml": [*_points(exercise, checks), *_hints(exercise)],
        "the suite": list(_tasks_of_checks(exercise, checks)),
        exercise.editable[0]: list(_todos(exercise, stub)),
    }
    for subject, texts in faults.items():
        for one in texts:
            yield Finding(Fault.PAGE, exercise.id, subject, one)


def judge_other_pages() -> Iterator[Finding]:
    """Links and commands of the pages that belong to no exercise: the route and the lesson."""
    for page in sorted(HOME.rglob("*.md")):
        if (page.parent / "exercise.toml").exists():
            continue
        where = page.relative_to(HOME).as_posix()
        for one in (*broken_links(page), *broken_commands(page.read_text(encoding="utf-8"))):
            yield Finding(Fault.PAGE, "exercises", where, one)


def _headings(exercise: Exercise, text: str) -> Iterator[str]:
    headings = [(int(number), title.strip()) for number, title in HEADING.findall(text)]
    wanted = [(task.number, task.title) for task in exercise.tasks]
    for number, title in wanted:
        if (number, title) not in headings:
            yield f"no heading `## Task {number}. {title}`, as exercise.toml has it"
    for number, title in headings:
        if (number, title) not in wanted:
            yield f"`## Task {number}. {title}` is not a task of exercise.toml"
    if sorted(number for number, _ in wanted) != list(range(1, len(wanted) + 1)):
        yield "the tasks are not numbered 1, 2, 3, …"


def _points(exercise: Exercise, checks: list[Entry]) -> Iterator[str]:
    total = sum(entry.points for entry in checks)
    if total != exercise.points:
        yield f"it promises {exercise.points} points, and its checks sum to {total}"


def _hints(exercise: Exercise) -> Iterator[str]:
    for task in exercise.tasks:
        hints = [hint for hint in task.hints if hint.strip()]
        if len(hints) != HINTS_A_TASK:
            yield f"task {task.number} has {len(hints)} hints, not {HINTS_A_TASK}"
        if not task.why.strip():
            yield f"task {task.number} says no `why`"


def _tasks_of_checks(exercise: Exercise, checks: list[Entry]) -> Iterator[str]:
    numbers = {task.number for task in exercise.tasks}
    for entry in checks:
        if entry.task not in numbers:
            yield f"{entry.id} tests task {entry.task}, which the page does not have"
        if entry.title == f"test_{entry.name}":
            yield f"{entry.id} has no docstring, which is the title that students read; write one"
    for number in sorted(numbers - {entry.task for entry in checks}):
        yield f"no check tests task {number}"
    if not any(entry.visible for entry in checks):
        yield "no check is visible to students"


def _todos(exercise: Exercise, stub: str) -> Iterator[str]:
    todos = TODO.findall(stub)
    if len(todos) > MOST_TODOS:
        yield f"{len(todos)} TODOs, more than {MOST_TODOS}: nobody knows where to begin"
    named = {number for words in todos for number in _numbers(words)}
    for task in exercise.tasks:
        if task.number not in named:
            yield f"no `# TODO (task {task.number})` says where task {task.number} is done"


def _numbers(words: str) -> set[int]:
    """`1 and 5`, `2 to 4`, `1, 3 and 4` as numbers."""
    first_last = re.match(r"(\d+) to (\d+)$", words)
    if first_last:
        return set(range(int(first_last[1]), int(first_last[2]) + 1))
    return {int(number) for number in re.findall(r"\d+", words)}
