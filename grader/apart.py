"""Every exercise is graded in a process of its own, which is killed when it is overdue.

The grader looks at what an app made. Should that ever take for ever, in C code that no exception
interrupts, it costs the app's own exercise and nothing else. Should the process die of it, the
check is an error: whether the app or the machine was to blame, nobody can tell.
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
from multiprocessing.process import BaseProcess
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

    Raises what a Session raises, and GradingError when a process ended before it had a plan.
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
        self._name, limits = order[1].id, order[3]
        self._seconds = limits.exercise_s + limits.start_s + limits.check_s + SLACK_S
        self._arguments = (host, order, folder)
        self._plan: ExerciseResult | None = None
        self._checks: dict[str, CheckResult] = {}
        self._process: BaseProcess | None = None
        self.line: Connection[Any, Any]
        self.ends = 0.0
        self.result: ExerciseResult | None = None

    def start(self) -> _Worker:
        """Fork. Only now is there a line: else those forked before would hold it open."""
        self.ends = time.monotonic() + self._seconds
        self.line, theirs = multiprocessing.Pipe(duplex=False)
        arguments = (theirs, *self._arguments)
        self._process = _FORK.Process(target=_grade, args=arguments, daemon=True)
        # Python calls hooks around a fork, and an exception that a signal raises in one is lost.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            with theirs:
                self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return self

    def look(self, ready: bool) -> None:
        """Take what it says, if it says something; kill it when its time is up."""
        if ready:
            self._take()
        if self.result is None and time.monotonic() > self.ends:
            self.end()
            text = f"Exercise {self._name} was not graded to its end within {self._seconds:g} s"
            self.result = self._stopped(Outcome.FAILED, text, "this check did not come to an end.")

    def _take(self) -> None:
        try:
            told = self.line.recv()
        except (EOFError, OSError):
            self.result = self._ended()
            return
        if isinstance(told, Exception):
            raise told
        if isinstance(told, CheckResult):
            self._checks[told.id] = told
        elif self._plan is None:
            self._plan = told
        else:
            self.result = told

    def _ended(self) -> ExerciseResult:
        """It died, of what the app made or because the machine has no memory left: no verdict."""
        assert self._process is not None
        self._process.join(1.0)
        code = self._process.exitcode or 0
        how = f"signal {-code}" if code < 0 else f"status {code}"
        text = f"a process of the grader ended early ({how}), in {self._name}"
        words = "this check was not graded; the grader failed, not you."
        return self._stopped(Outcome.ERROR, text, words)

    def _stopped(self, outcome: Outcome, text: str, words: str) -> ExerciseResult:
        """The verdicts that there are; the check in which it stopped has this outcome."""
        if self._plan is None:
            raise GradingError(text)
        checks = [self._checks.get(check.id, check) for check in self._plan.checks]
        for place, check in enumerate(checks):
            if check.id not in self._checks:
                message = f"{text[:1].upper()}{text[1:]}: {words}"
                checks[place] = dataclasses.replace(check, outcome=outcome, message=message)
                break
        return dataclasses.replace(self._plan, checks=tuple(checks))

    def end(self) -> None:
        """Kill it, if it runs, and let go of it."""
        if self._process is None:
            return
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()
        self.line.close()


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
