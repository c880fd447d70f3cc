"""What the pages say in passing: each of these sentences has a small app of its own."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable

import anyio
import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from starlette.background import BackgroundTask
from starlette.background import BackgroundTasks as Starlettes


async def ask(endpoint: Callable[..., object]) -> httpx.Response:
    """One GET to an app with this endpoint; returns when its tasks have ended."""
    app = FastAPI()
    app.get("/", response_model=None)(endpoint)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get("/")


async def test_asgi_transport_returns_after_the_tasks():
    """Page 15: like TestClient, httpx's ASGITransport cannot see when a task ran."""
    ran: list[str] = []

    def endpoint(background: BackgroundTasks) -> None:
        background.add_task(ran.append, "task")

    await ask(endpoint)
    assert ran == ["task"]


async def test_arguments_are_kept_not_copied():
    """Page 3: a list that the endpoint clears is empty when the task sees it."""
    seen: list[int] = []

    def endpoint(background: BackgroundTasks) -> None:
        given = [1, 2]
        background.add_task(seen.extend, given)
        background.add_task(lambda: seen.append(len(given)))
        given.clear()

    await ask(endpoint)
    assert seen == [0]


async def test_brackets_after_an_async_def_make_a_coroutine_and_no_mail():
    """Page 3: what is added is a coroutine object, which nobody awaits."""
    ran: list[str] = []

    async def send() -> None:
        ran.append("mail")

    tasks = Starlettes()
    slip = send()
    tasks.add_task(slip)  # type: ignore[arg-type]
    with contextlib.suppress(TypeError):
        await tasks()
    assert inspect.getcoroutinestate(slip) == inspect.CORO_CREATED
    slip.close()
    assert ran == []


async def test_a_refused_request_runs_no_tasks():
    """Page 5: after an HTTPException the response is another one, without tasks."""
    ran: list[str] = []

    def endpoint(background: BackgroundTasks) -> None:
        background.add_task(ran.append, "task")
        raise HTTPException(409)

    assert (await ask(endpoint)).status_code == 409
    assert ran == []


async def test_a_list_that_you_make_yourself_is_nobodys():
    """Page 5: nothing happens with it."""
    ran: list[str] = []

    def endpoint() -> None:
        BackgroundTasks().add_task(ran.append, "task")

    await ask(endpoint)
    assert ran == []


async def test_a_response_with_tasks_of_its_own_drops_the_others():
    """Page 5: FastAPI uses the response's task, and the injected list is forgotten."""
    ran: list[str] = []

    def endpoint(background: BackgroundTasks) -> Response:
        background.add_task(ran.append, "injected")
        return Response(background=BackgroundTask(ran.append, "own"))

    await ask(endpoint)
    assert ran == ["own"]


async def test_the_pool_has_forty_threads():
    """Page 4: as many `def` tasks and endpoints run side by side."""
    assert anyio.to_thread.current_default_thread_limiter().total_tokens == 40


def test_starlette_runs_tasks_in_a_plain_loop():
    """Page 6 quotes the loop, and no `try` stands around it."""
    source = inspect.getsource(Starlettes.__call__)
    assert "for task in self.tasks:\n            await task()" in source
    assert "try" not in source


def test_httpx_gives_up_after_five_seconds():
    """Page 10: the timeout that httpx has unless told otherwise."""
    with httpx.Client() as client:
        assert client.timeout == httpx.Timeout(5)
