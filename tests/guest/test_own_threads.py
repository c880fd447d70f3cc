"""Whose thread it is: one that the app started, or one that somebody waits for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import anyio.to_thread
import pytest

from grader.guest.state import follow_into_threads, own_thread
from tests.guest.a_request import a_request

Work = Callable[[], None]


async def plain(work: Work) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    await asyncio.to_thread(thread.join)


async def timer(work: Work) -> None:
    thread = threading.Timer(0, work)
    thread.start()
    await asyncio.to_thread(thread.join)


async def submitted(work: Work) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work)


async def in_executor(work: Work) -> None:
    await asyncio.get_running_loop().run_in_executor(None, work)


async def called(work: Work) -> None:
    work()


@pytest.mark.parametrize(
    ("way", "own"),
    [
        (plain, True),
        (timer, True),
        (submitted, True),
        (in_executor, True),
        (called, False),
        (asyncio.to_thread, False),
        (anyio.to_thread.run_sync, False),
    ],
)
async def test_a_thread_of_the_apps_own_is_known(
    way: Callable[[Work], Awaitable[None]], own: bool
) -> None:
    """Also where the workers of anyio and asyncio are started within a request."""
    follow_into_threads()
    seen: list[bool] = []
    with a_request():
        await way(lambda: seen.append(own_thread.get()))
    assert seen == [own]
