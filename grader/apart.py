"""Every exercise is graded in a process of its own, which is killed when it is overdue.

The grader looks at what an app made. Should that ever take for ever, in C code that no exception
interrupts, it costs the app's own exercise and nothing else.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import multiprocessing
import os
import resource
import signal
import tempfile
import time
from collections.abc import Iterable
from multiprocessing.connection import Connection, wait
from typing import Any

from grader.errors import GradingError
from grader.exercise import Exercise
from grader.guest.memory import held_by
from grader.results import CheckResult, ExerciseResult, Outcome
from grader.serving.host import WarmHost
from grader.serving.limits import Limits
from grader.session import Session
from grader.submission import Submission

Order = tuple[Submission, Exercise, int, Limits]  # what one Session takes, beside its host
SLACK_S = 20.0  # to warm up, to collect, and to send away the last app
ENDING = (signal.SIGINT, signal.SIGTERM)
_FORK = multiprocessing.get_context("fork")  # it inherits the host's socket


def run_apart(
    hosts: Iterable[WarmHost], orders: Iterable[Order], jobs: int
) -> tuple[ExerciseResult, ...]:
    """Grade each order beside its host, `jobs` at a time. Forks.

    Raises what a Session raises, and GradingError when a process ended early.
    """
    with tempfile.TemporaryDirectory(prefix="aw-") as folder:  # a socket's path has 107 bytes
        waiting = [_Worker(host, order, folder) for host, order in zip(hosts, orders, strict=True)]
        all_of_them, running = tuple(waiting), set[_Worker]()
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    running.add(waiting.pop(0).start())
                left = min(worker.ends for worker in running) - time.monotonic()
                ready = wait([worker.line for worker in running], max(0.0, left))
                for worker in running:
                    worker.look(worker.line in ready)
                running = {worker for worker in running if worker.result is None}
        finally:
            for worker in all_of_them:
                worker.end()
    return tuple(worker.result for worker in all_of_them if worker.result is not None)


class _Worker:
    """A process that grades one exercise, and what it has told so far."""

    def __init__(self, host: WarmHost, order: Order, folder: str) -> None:
        self.line, self._theirs = multiprocessing.Pipe(duplex=False)
        self._exercise, self._limits = order[1], order[3]
        self._seconds = self._limits.exercise_s + self._limits.start_s + self._limits.check_s
        self._seconds += SLACK_S
        arguments = (self._theirs, host, order, folder)
        self._process = _FORK.Process(target=_grade, args=arguments, daemon=True)
        self._plan: ExerciseResult | None = None
        self._checks: dict[str, CheckResult] = {}
        self.ends = 0.0
        self.result: ExerciseResult | None = None

    def start(self) -> _Worker:
        """Fork."""
        self.ends = time.monotonic() + self._seconds
        # Python calls hooks around a fork, and an exception that a signal raises in one is lost.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._theirs.close()
        return self

    def look(self, ready: bool) -> None:
        """Take what it says, if it says something; kill it when its time is up."""
        if ready:
            self._take()
        if self.result is None and time.monotonic() > self.ends:
            self.end()
            self.result = self._overdue()

    def _take(self) -> None:
        try:
            told = self.line.recv()
        except (EOFError, OSError):
            name = self._exercise.id
            raise GradingError(f"a process of the grader ended early, in {name}") from None
        if isinstance(told, Exception):
            raise told
        if isinstance(told, CheckResult):
            self._checks[told.id] = told
        elif self._plan is None:
            self._plan = told
        else:
            self.result = told

    def _overdue(self) -> ExerciseResult:
        """The verdicts that there are; the check in which it stood still has failed."""
        why = f"Exercise {self._exercise.id} was not graded to its end within {self._seconds:g} s"
        if self._plan is None:
            raise GradingError(why)
        checks = [self._checks.get(check.id, check) for check in self._plan.checks]
        for place, check in enumerate(checks):
            if check.id not in self._checks:
                text = f"{why}: this check did not come to an end."
                checks[place] = dataclasses.replace(check, outcome=Outcome.FAILED, message=text)
                break
        return dataclasses.replace(self._plan, checks=tuple(checks))

    def end(self) -> None:
        """Kill it, if it runs, and let go of it."""
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()
        self.line.close()
        self._theirs.close()


def _grade(line: Connection[Any, Any], host: WarmHost, order: Order, folder: str) -> None:
    """What the process does: a plan, each check's result, and the result of all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends our parent, who ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    tempfile.tempdir = folder  # a process that is killed cleans up nothing
    _bound(order[3].grading)
    gc.freeze()  # collecting has the run's own objects to look at, not pytest's
    try:
        line.send(Session(host, *order, tell=line.send).run())
    except MemoryError:
        return  # it was not in a check; our parent has what was told until now
    except Exception as error:
        with contextlib.suppress(OSError):
            line.send(error)


def _bound(more: int) -> None:
    """What unpacks to gigabytes when the grader looks at it ends a check, and not the machine."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]  # ours may be lower already
    limit = held_by(os.getpid())[0] + more
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
