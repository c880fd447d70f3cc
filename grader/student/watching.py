"""The watcher: saves, keys and verdicts come in as events, one at a time; text goes out."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.exercise import Exercise, all_exercises
from grader.notebook import Notebook, Run, digest
from grader.reporters.terminal import MARKS
from grader.results import CheckResult
from grader.student import hint, screen
from grader.student.board import Board
from grader.student.page import Page
from grader.student.process import Ended, Found
from grader.student.reset import CannotReset, reset
from grader.student.runner import Runner
from grader.student.saves import cannot_run
from grader.student.status import standings


@dataclass(frozen=True, slots=True)
class Saved:
    """Files of these exercises changed."""

    exercises: frozenset[str]


@dataclass(frozen=True, slots=True)
class Key:
    """A key was typed."""

    char: str


Event = Saved | Key | Found | Ended


class Watcher:
    """Watches `exercises` of a tree, starting with `current`; `run` ends when q is typed."""

    def __init__(
        self, tree: Path, exercises: dict[str, Exercise], current: Exercise, page: Page
    ) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._tree = tree
        self._exercises = exercises
        self._all = all_exercises()
        self._current = current
        self._page = page
        self._board = Board()
        self._notebook = Notebook(tree)
        self._runner = Runner(tree, self.events.put)
        self._run = 0
        self._found: dict[int, CheckResult] = {}  # by place on the page
        self._ran: dict[str, Run] = {}  # also where nothing can be remembered
        self._judged = ""
        self._began = 0.0
        self._waiting: list[str] = []  # exercises that run after this one
        self._sure = False  # r was typed once

    def run(self) -> None:
        """Handle events until the student quits."""
        try:
            self._start(self._current)
            while self._handle(self.events.get()):
                pass
        finally:
            self._runner.close()

    def _handle(self, event: Event) -> bool:
        if isinstance(event, Key):
            return self._key(event.char)
        if isinstance(event, Saved):
            self._saved(event.exercises)
        elif event.run == self._run and isinstance(event, Found):
            self._found[event.place] = event.result
        elif event.run == self._run and isinstance(event, Ended):
            self._ended(event.problem)
        return True

    def _saved(self, affected: frozenset[str]) -> None:
        mine = [name for name in self._exercises if name in affected]
        if self._current.id in mine:  # it stays on the screen when several are affected
            mine.remove(self._current.id)
            mine.insert(0, self._current.id)
        if mine:
            self._waiting = mine[1:]
            self._start(self._exercises[mine[0]])

    def _start(self, exercise: Exercise) -> None:
        self._current, self._began, self._found = exercise, time.monotonic(), {}
        problem = cannot_run(exercise, self._tree)
        if problem:
            self._run = 0
            self._runner.cancel()
            self._page.show([*problem, *self._still(exercise)])
            self._next_waiting()
            return
        self._judged = digest(exercise, self._tree / "exercises" / exercise.id)
        self._run = self._runner.run(exercise)
        self._page.working(f"{exercise.id}: running …")

    def _still(self, exercise: Exercise) -> list[str]:
        known = self._board.verdicts.get(exercise.id)
        if known is None:
            return []
        return [f"Before this edit: {known.points} of {known.max_points} points."]

    def _ended(self, problem: str | None) -> None:
        took, exercise = time.monotonic() - self._began, self._current
        if problem is not None:
            self._page.show([f"{exercise.id}: the checks could not run to their end: {problem}"])
        else:
            found = [self._found[place] for place in sorted(self._found)]
            change = self._board.put(exercise, found)
            self._remember(exercise)
            width = self._page.width
            self._page.show(
                [*screen.verdict(exercise, self._board, change, took, width), *self._progress()]
            )
        self._runner.prepare(exercise)
        self._next_waiting()

    def _remember(self, exercise: Exercise) -> None:
        ended = {check.id: check.outcome for check in self._found.values()}
        self._ran[exercise.id] = Run(digest=self._judged, checks=ended)
        self._notebook.record(exercise.id, self._judged, ended)

    def _progress(self) -> list[str]:
        rows = standings(self._all, self._tree, self._notebook, self._ran)
        return ["", *screen.progress(rows, self._page.width)]

    def _next_waiting(self) -> None:
        if self._waiting:
            self._start(self._all[self._waiting.pop(0)])

    def _key(self, char: str) -> bool:
        sure, self._sure = self._sure, False
        key = char.lower()
        if key in ("q", "\x03", "\x04"):
            return False
        if key == "h":
            self._hint()
        elif key == "n":
            self._board.look_at_the_next(self._current)
            self._again()
        elif key == "l":
            self._list()
        elif key == "a":
            self._run_all()
        elif key == "r":
            self._reset(sure)
        elif key.strip():
            self._page.add([f"no key {key!r}", *screen.keys(self._page.width)])
        return True

    def _hint(self) -> None:
        failure = self._board.failure(self._current)
        task = (
            hint.task_at_hand(self._current, self._notebook)
            if failure is None
            else self._current.task(failure.task)
        )
        if task is None:
            self._page.add(self._wrapped([hint.no_task(self._current)]))
            return
        step = hint.next_step(self._current, task, self._notebook)
        remembered = hint.is_remembered(step, self._notebook)
        self._page.add(self._wrapped(hint.in_words(step, remembered=remembered)))

    def _again(self) -> None:
        failure = self._board.failure(self._current)
        if failure is None:
            self._page.add(["no check that failed"])
            return
        self._page.show(
            [
                *self._wrapped([f"{failure.id.partition('/')[0]}, task {failure.task}"]),
                *self._wrapped([f"{MARKS[failure.outcome]} {failure.title}"]),
                *screen.message(failure, self._page.width),
            ]
        )

    def _list(self) -> None:
        known = self._board.verdicts.get(self._current.id)
        if known is None:
            self._page.add(["nothing has run yet"])
        else:
            self._page.show(screen.listing(known, self._page.width))

    def _run_all(self) -> None:
        first, *self._waiting = self._all
        self._start(self._all[first])

    def _reset(self, sure: bool) -> None:
        if not sure:
            self._sure = True
            what = f"r again puts {self._current.id} back to the stub and keeps your version."
            self._page.add(self._wrapped([what]))
            return
        try:
            restored = reset(self._current, self._tree / "exercises" / self._current.id)
        except CannotReset as error:
            self._page.add(self._wrapped([str(error)]))
            return
        for file in restored:
            kept = f"; your version is in {file.kept}" if file.kept else ""
            self._page.add(self._wrapped([f"{file.name} is as it was given to you{kept}"]))

    def _wrapped(self, paragraphs: Iterable[str]) -> list[str]:
        return [line for text in paragraphs for line in screen.wrapped(text, self._page.width)]
