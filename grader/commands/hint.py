"""`grader hint`: the next hint of a task."""

from __future__ import annotations

import click

from grader.commands.common import stop
from grader.commands.tree import notebook_here, one_exercise, show, show_note
from grader.exercise import Exercise, Task
from grader.student.hint import in_words, is_remembered, next_step, no_task, task_at_hand


@click.command("hint")
@click.argument("exercise")
@click.option("--task", "number", type=int, metavar="N", help="This task.")
@click.option("--step", type=int, metavar="K", help="This hint, whatever you have seen before.")
def hint_command(exercise: str, number: int | None, step: int | None) -> None:
    """Show the next hint for EXERCISE, such as ex1: one step a call.

    Without --task it is about the first task that failed when the checks last ran. What you
    have seen is remembered in .afterwards/, which is yours to delete.
    """
    chosen = one_exercise(exercise)
    notebook = notebook_here()
    task = task_at_hand(chosen, notebook) if number is None else _task(chosen, number)
    if task is None:
        show([no_task(chosen)])
        show_note(notebook)
        return
    if step is not None and not 1 <= step <= len(task.hints):
        stop(f"no hint {step}; task {task.number} of {chosen.id} has 1 to {len(task.hints)}")
    shown = next_step(chosen, task, notebook, step)
    show(in_words(shown, remembered=step is None and is_remembered(shown, notebook)))
    show_note(notebook)


def _task(exercise: Exercise, number: int) -> Task:
    try:
        return exercise.task(number)
    except KeyError:
        numbers = ", ".join(str(task.number) for task in exercise.tasks)
        stop(f"no task {number} in {exercise.id}; there are {numbers}")
