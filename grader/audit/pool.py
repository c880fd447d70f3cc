"""Judge many apps at once, each worker a process of its own, in the order in which they end."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from grader.audit.apps import App
from grader.audit.cache import Cache
from grader.audit.judging import Verdict, judge
from grader.errors import GradingError
from grader.exercise import Exercise

APPS_A_WORKER = 100  # pytest keeps what it imported; a fresh process now and then lets go of it
# Not by max_tasks_per_child, which can wait for ever: https://github.com/python/cpython/issues/115634


def judge_all(
    apps: Iterable[App],
    exercises: Mapping[str, Exercise],
    workers: int,
    cache: Cache | None,
    sandbox: bool = True,
) -> Iterator[tuple[App, Verdict]]:
    """Every app with its verdict, as they come; known ones first, the rest is remembered.

    Raises GradingError or SandboxError when one cannot be graded.
    """
    unknown = []
    for app in apps:
        known = cache.get(app, exercises[app.exercise]) if cache else None
        if known is None:
            unknown.append(app)
        else:
            yield app, known
    for apps_of_a_pool in _parts(unknown, workers * APPS_A_WORKER):
        for app, verdict in _judge(apps_of_a_pool, workers, sandbox):
            if cache:
                cache.put(app, exercises[app.exercise], verdict)
            yield app, verdict


def _parts(apps: list[App], size: int) -> Iterator[list[App]]:
    for start in range(0, len(apps), size):
        yield apps[start : start + size]


def _judge(apps: list[App], workers: int, sandbox: bool) -> Iterator[tuple[App, Verdict]]:
    pool = ProcessPoolExecutor(
        min(workers, len(apps)),
        mp_context=multiprocessing.get_context("spawn"),  # a fork would copy threads half-way
    )
    with pool:
        running = {pool.submit(judge, app, sandbox): app for app in apps}
        try:
            for done in as_completed(running):
                yield running[done], done.result()
        except BrokenProcessPool as error:
            raise GradingError(
                "a worker of the audit was killed; is there enough memory?"
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
