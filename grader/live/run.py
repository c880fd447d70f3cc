"""The whole of `grader serve`: two sockets on loopback, the app on one, its page on the other."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn

from grader.live.board import Board
from grader.live.page import live_page
from grader.live.supervisor import Supervisor

LOOPBACK = "127.0.0.1"


class PortInUse(Exception):
    """Somebody listens there already; the text is the port."""


def bind(port: int) -> socket.socket:
    """A socket on loopback; 0 takes a free port. Raises PortInUse."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise PortInUse(str(port)) from None
    return listener


def url_of(listener: socket.socket) -> str:
    """The address to type into a browser."""
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


async def serve(
    file: Path,
    module: str,
    title: str,
    again: str,
    sockets: tuple[socket.socket, socket.socket],
    say: Callable[[str], None],
) -> None:
    """Serve the app on the first socket and its page on the second, until a signal comes.

    Args:
        again: what to type to serve once more.
    """
    app_socket, page_socket = sockets
    board = Board(file.name, again)
    page = _Quiet(
        uvicorn.Config(
            live_page(board, title, url_of(app_socket)),
            http="h11", lifespan="off", log_level="warning", timeout_graceful_shutdown=1,
        )
    )  # fmt: skip
    supervisor = Supervisor(file, module, app_socket, board, say)
    pages = asyncio.create_task(page.serve(sockets=[page_socket]))
    app = asyncio.create_task(supervisor.run())
    with _until_signal(pages, app):
        done, _ = await asyncio.wait({pages, app}, return_when=asyncio.FIRST_COMPLETED)
    app.cancel()
    board.close()
    page.should_exit = True
    await asyncio.gather(pages, app, return_exceptions=True)
    for task in done:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


@contextlib.contextmanager
def _until_signal(*tasks: asyncio.Task[None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def leave() -> None:
        tasks[1].cancel()  # the app first: it may have work to end

    with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C cancels `serve` itself
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, leave)
    yield


class _Quiet(uvicorn.Server):
    """Leaves signals to us: the app's process has to be stopped before this one ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
