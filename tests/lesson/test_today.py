"""Page 13, sentence by sentence, with a real server: what holds for the installed versions."""

from __future__ import annotations

import importlib.metadata
import json
import signal
import socket
from collections.abc import Iterator

import pytest

from grader.expect import event, in_order
from tests.lesson.pages import LESSON
from tests.lesson.scenarios import watched
from tests.lesson.terminal import Server, Terminal

LOG = "curl localhost:8000/logs/audit"
PAGE = (LESSON / "13-what-changed.md").read_text(encoding="utf-8")


@pytest.fixture
def today(terminal: Terminal) -> Iterator[Terminal]:
    """The page's own server, which has a BaseHTTPMiddleware."""
    terminal.serve("uvicorn exercises.lesson.today:app")
    return terminal


def logged(terminal: Terminal, *wanted: str) -> list[dict[str, object]]:
    """The audit log, once it holds these actions in this order."""
    terminal.type(LOG, "[" + ",".join(f'{{…"action":"{action}"…}}' for action in wanted) + "]")
    entries: list[dict[str, object]] = json.loads(terminal.run(LOG))
    assert [entry["action"] for entry in entries] == list(wanted)
    return entries


def test_the_page_is_about_the_installed_versions() -> None:
    """When a version goes up, this page is read again: it names major and minor."""
    for library, name in (("fastapi", "FastAPI"), ("starlette", "Starlette")):
        version = importlib.metadata.version(library).split(".")
        assert f"{name} {version[0]}.{version[1]}" in " ".join(PAGE.split())


def test_an_upload_is_open_while_tasks_run(today: Terminal) -> None:
    """The task that looks at the upload finds it open; once the tasks have ended, it is closed."""
    today.run("curl localhost:8000/upload -F 'file=@README.md'")
    assert logged(today, "task_ran")[0]["upload_closed"] is False
    today.type("curl localhost:8000/upload", "true")


def test_the_exit_code_of_a_dependency_runs_after_tasks(today: Terminal) -> None:
    """What a dependency opened stays open for the tasks."""
    today.run("curl localhost:8000/kept")
    logged(today, "task_ran", "connection_closed")


def test_with_function_scope_it_runs_before_them(today: Terminal) -> None:
    """`scope="function"` closes first."""
    today.run("curl localhost:8000/released")
    logged(today, "connection_closed", "task_ran")


async def test_the_two_scopes_and_the_response() -> None:
    """By default the connection is closed after the response and the task, else before both."""
    closed = event("audit.recorded", "closed", action="connection_closed")
    ran = event("audit.recorded", "ran", action="task_ran")
    for path, order in (
        ("/kept", in_order("response.sent", ran, closed)),
        ("/released", in_order(closed, "response.started", "response.sent", ran)),
    ):
        async with watched(LESSON / "today.py") as app:
            await app.client.get(path)
            await app.settle()
            assert app.desk.timeline == order


def test_middleware_lets_the_response_go_before_the_task_ends(today: Terminal) -> None:
    """curl has its whole answer, with the middleware's header, while the task still waits."""
    assert "x-seen: yes" in today.run("curl -i localhost:8000/waiting-task").lower()
    logged(today, "task_waits")
    today.run("curl -X POST localhost:8000/gate")
    logged(today, "task_waits", "task_ran")


def test_a_client_that_goes_away_changes_nothing(today: Terminal) -> None:
    """It closes its connection while the endpoint waits; endpoint and task run to their end."""
    with socket.create_connection(("127.0.0.1", today.port)) as client:
        client.sendall(b"GET /waiting-endpoint HTTP/1.1\r\nHost: localhost\r\n\r\n")
        logged(today, "endpoint_waits")
    today.run("curl -X POST localhost:8000/gate")
    logged(today, "endpoint_waits", "task_ran")


def _stopped(terminal: Terminal, how: int, options: str = "") -> Server:
    """Stop the server with a signal while a letter is on its way; returns what is left of it."""
    server = terminal.serve(f"uvicorn exercises.lesson.lost:app {options}")
    terminal.run("curl -X POST 'localhost:8000/letters?to=ada'")
    server.wait_for("[Background] letter 1: on the way")
    server.stop(how)
    return server


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_uvicorn_waits_for_running_tasks(terminal: Terminal, how: int) -> None:
    """A kind stop lets the letter arrive."""
    server = _stopped(terminal, how)
    server.wait_for("[Background] letter 1: delivered")


def test_the_wait_can_be_limited(terminal: Terminal) -> None:
    """--timeout-graceful-shutdown gives up on tasks, says so, and the letter is lost."""
    server = _stopped(terminal, signal.SIGTERM, "--timeout-graceful-shutdown 1")
    server.wait_for("ERROR:    Cancel 1 running task(s), timeout graceful shutdown exceeded")
    assert "[Background] letter 1: delivered" not in server.lines


def test_no_new_request_is_taken_while_it_waits(terminal: Terminal) -> None:
    """The door is closed at once."""
    server = terminal.serve("uvicorn exercises.lesson.lost:app")
    terminal.run("curl -X POST 'localhost:8000/letters?to=ada'")
    server.wait_for("[Background] letter 1: on the way")
    server.process.send_signal(signal.SIGTERM)
    server.wait_for("INFO:     Shutting down")
    server.wait_for("INFO:     Waiting for background tasks to complete…")
    assert "(7)" in terminal.run("curl localhost:8000/letters/1")
    assert server.ended() in (0, -signal.SIGTERM)
