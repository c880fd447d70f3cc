"""The ladder of hints: one step a call, from where to look to the shape of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.exercise import Exercise, Task
from grader.notebook import Notebook
from grader.results import Outcome
from grader.student.catalogue import checks_of, in_class


@dataclass(frozen=True, slots=True)
class Step:
    """One hint of a task; `number` counts from 1. `repeated` when all were shown before."""

    exercise: Exercise
    task: Task
    number: int
    repeated: bool = False

    @property
    def text(self) -> str:
        """The hint itself."""
        return self.task.hints[self.number - 1]

    @property
    def last(self) -> bool:
        """Whether no further hint follows."""
        return self.number == len(self.task.hints)


def task_at_hand(exercise: Exercise, notebook: Notebook) -> Task | None:
    """The task of the first check that failed in the last run; None when all that ran passed.

    Where nothing has run yet it is the first task.
    """
    ended = notebook.last_run(exercise.id).checks
    for entry in checks_of(exercise):
        if ended.get(entry.id) not in (None, Outcome.PASSED):
            return exercise.task(entry.task)
    return None if ended else exercise.tasks[0]


def no_task(exercise: Exercise) -> str:
    """What to say when no task is at hand."""
    hidden = in_class(exercise).checks
    more = f" {hidden} hidden ones run in class." if hidden else ""
    return (
        f"All checks of {exercise.id} passed when they last ran, so no task is at hand.{more}"
        f" For the hints of a task: grader hint {exercise.id} --task N"
    )


def next_step(exercise: Exercise, task: Task, notebook: Notebook, step: int | None = None) -> Step:
    """The hint to show now, which is remembered; the last one again after the last one."""
    seen = notebook.hints_seen(exercise.id, task.number)
    number = step if step is not None else min(seen + 1, len(task.hints))
    notebook.saw_hint(exercise.id, task.number, max(number, min(seen, len(task.hints))))
    return Step(exercise, task, number, repeated=number <= seen)


def is_remembered(step: Step, notebook: Notebook) -> bool:
    """Whether the next call goes on from here; not on a disk that cannot be written."""
    return notebook.hints_seen(step.exercise.id, step.task.number) >= step.number


def in_words(step: Step, *, remembered: bool = True) -> Iterator[str]:
    """What to show, one paragraph at a time; what is not remembered has to be asked for."""
    exercise, task = step.exercise, step.task
    yield f"{exercise.id}, task {task.number}: {task.title}"
    yield f"Hint {step.number} of {len(task.hints)}. {step.text}"
    if not step.last and not remembered:
        more = f"grader hint {exercise.id} --task {task.number} --step {step.number + 1}"
        yield f"Not enough? For hint {step.number + 1} type: {more}"
    elif not step.last:
        yield f"Not enough? Type it again for hint {step.number + 1}."
    elif step.repeated:
        yield (
            f"You have seen them all; --step 1 begins again. Ask a person now, and show them"
            f" what `pytest exercises/{exercise.id}` says."
        )
    else:
        yield "That was the last hint for this task. Still stuck? Ask a person."
