"""When the gate takes an app to be at rest: threads that wait, and what they wait for."""

from __future__ import annotations

import asyncio
import queue
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

from grader.guest import clock, quiet
from grader.guest.state import follow_into_threads
from tests.guest.a_request import a_request

IDLE = quiet.running_threads  # what runs before a test is nobody's here


async def test_work_on_a_thread_is_waited_for() -> None:
    """A thread that computes is over before the gate opens."""
    ignored, done = IDLE(), []

    def work() -> None:
        sum(range(3_000_000))
        done.append(True)

    threading.Thread(target=work).start()
    await quiet.quiet(ignored, 2000)
    assert done == [True]


async def test_work_that_a_pool_has_not_begun_is_waited_for() -> None:
    """Handed over is as good as begun, also when the pool's thread was idle."""
    ignored, done = IDLE(), []
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        pool.submit(done.append, True)
        await quiet.quiet(ignored, 2000)
        assert done == [True]


async def test_a_thread_that_waits_for_more_is_at_rest() -> None:
    """A worker at an empty queue does not hold the gate."""
    ignored, jobs = IDLE(), queue.Queue[str]()
    worker = threading.Thread(target=jobs.get, daemon=True)
    worker.start()
    while not jobs.not_empty._waiters:  # type: ignore[attr-defined]
        await asyncio.sleep(0)
    polls = 10
    frame_rests = []
    for _ in range(polls):
        frame_rests.append(quiet._threads_rest(ignored, {}))
        await asyncio.sleep(0.001)
    assert frame_rests == [True] * polls
    jobs.put("enough")
    worker.join()


async def test_a_woken_thread_is_not_at_rest() -> None:
    """From the moment it is notified, before it has run a line."""
    ignored, go, seen = IDLE(), threading.Condition(), []

    def wait() -> None:
        with go:
            go.wait()
            seen.append(True)

    waiter = threading.Thread(target=wait, daemon=True)
    waiter.start()
    while not go._waiters:  # type: ignore[attr-defined]
        await asyncio.sleep(0)
    with go:
        go.notify()
        assert not quiet._threads_rest(ignored, {})
    waiter.join()
    assert seen == [True]


async def test_a_thread_in_a_call_of_c_rests_where_it_stood_and_works_once_woken() -> None:
    """Nobody can look into SimpleQueue.get; that a thread is still in it can be seen."""
    ignored, jobs, done = IDLE(), queue.SimpleQueue[int](), []
    worker = threading.Thread(target=lambda: done.append(sum(range(jobs.get()))), daemon=True)
    worker.start()
    await asyncio.sleep(0.05)
    before = quiet.places()
    assert not quiet._threads_rest(ignored, {})
    assert quiet._threads_rest(ignored, before)
    jobs.put(3_000_000)
    await quiet.quiet(ignored, 2000, before)
    assert len(done) == 1


async def test_a_pool_of_threads_is_at_rest_between_two_jobs() -> None:
    """Threads of a ThreadPool are in SimpleQueue.get; one looks after the others."""
    ignored = IDLE()
    with ThreadPool(2) as pool:
        pool.apply(int)
        await asyncio.sleep(0.05)
        assert quiet._threads_rest(ignored, quiet.places())


async def test_who_looks_for_work_now_and_then_is_not_at_rest() -> None:
    """Its next look may be the one that finds some."""
    ignored, over = IDLE(), threading.Event()

    def look() -> None:
        while not over.is_set():
            clock.sleep(0.01)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    await asyncio.sleep(0.05)
    assert not quiet._threads_rest(ignored, quiet.places())
    over.set()
    looking.join()


async def test_tasks_of_the_loop_are_waited_for_and_gates_are_not() -> None:
    """What create_task began runs; several gates at once do not wait for each other."""
    ignored, done = IDLE(), []

    async def work() -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        done.append(True)

    task = asyncio.create_task(work())
    await asyncio.gather(*(quiet.quiet(ignored, 50) for _ in range(4)))
    assert done == [True]
    await task
    assert quiet._turning == 0


async def test_what_is_put_off_for_a_moment_is_waited_for() -> None:
    """By a Timer, or by the loop; a time that is far is not."""
    done: list[str] = []
    follow_into_threads()
    with a_request():
        ignored = IDLE()
        timer = threading.Timer(0.05, done.append, ["thread"])
        timer.daemon = True
        timer.start()
        loop = asyncio.get_running_loop()
        loop.call_later(0.05, done.append, "loop")
        late = loop.call_later(30, done.append, "never")
        await quiet.quiet(ignored, 5000)
        late.cancel()
    assert sorted(done) == ["loop", "thread"]


async def test_others_are_busy_while_a_thread_or_a_process_works() -> None:
    """Who polls them sleeps for real meanwhile."""
    with a_request() as state:
        assert not quiet.busy(state)
        worker = threading.Thread(target=lambda: sum(range(3_000_000)))
        worker.start()
        assert quiet.busy(state)
        worker.join()
        assert not quiet.busy(state)
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
            assert quiet.busy(state)
            process.communicate(b"\n")
        assert not quiet.busy(state)
