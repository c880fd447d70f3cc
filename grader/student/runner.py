"""Runs the checks of an exercise, a part in each of some processes that are kept warm ahead."""

from __future__ import annotations

import threading
from pathlib import Path

from grader.exercise import Exercise
from grader.student.process import Ended, Found, Post, Worker
from grader.surroundings import processors

MOST_PARTS = 2  # each takes the memory and the start of a whole pytest


class _Crew:
    """Workers that share one exercise's checks."""

    def __init__(self, exercise: str, app: Path) -> None:
        self._exercise = exercise
        parts = min(MOST_PARTS, processors())
        self._workers = [Worker(exercise, app, f"{part}/{parts}") for part in range(parts)]
        self._left = parts
        self._problem: str | None = None
        self._lock = threading.Lock()

    def fits(self, exercise: str) -> bool:
        """Whether it can be told to run this exercise."""
        return self._exercise == exercise and all(worker.alive for worker in self._workers)

    def go(self, run: int, post: Post) -> None:
        """Run; the end is posted once, when the last part is over or the first went wrong."""

        def forward(event: Found | Ended) -> None:
            if isinstance(event, Found) or self._over(event):
                post(event)

        for worker in self._workers:
            worker.go(run, forward)

    def _over(self, event: Ended) -> bool:
        with self._lock:
            wanted = self._problem is None
            self._problem = self._problem or event.problem
            self._left -= 1
            return wanted and (event.problem is not None or not self._left)

    def kill(self) -> None:
        """End all of them."""
        for worker in self._workers:
            worker.kill()


class Runner:
    """At most one run at a time; `prepare` has the next one ready before it is wanted."""

    def __init__(self, tree: Path, post: Post) -> None:
        self._tree = tree
        self._post = post
        self._spare: _Crew | None = None
        self._running: _Crew | None = None
        self._runs = 0

    def prepare(self, exercise: Exercise) -> None:
        """Have workers ready for a run of this exercise."""
        if self._spare is not None:
            if self._spare.fits(exercise.id):
                return
            self._spare.kill()
        app = self._tree / "exercises" / exercise.id / exercise.editable[0]
        self._spare = _Crew(exercise.id, app)

    def run(self, exercise: Exercise) -> int:
        """Run all checks of the exercise, in place of a run that goes on. Returns its number."""
        self.cancel()
        self.prepare(exercise)
        assert self._spare is not None
        self._running, self._spare = self._spare, None
        self._runs += 1
        self._running.go(self._runs, self._post)
        return self._runs

    def cancel(self) -> None:
        """End the run that goes on, if one does; nothing more is heard of it."""
        if self._running is not None:
            self._running.kill()
            self._running = None

    def close(self) -> None:
        """End everything."""
        self.cancel()
        if self._spare is not None:
            self._spare.kill()
