"""The process that serves the app: loads the file, runs uvicorn, tells the page what happens."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from multiprocessing.connection import Connection
from typing import Any

import uvicorn

from grader.guest import quiet
from grader.guest.channel import Channel
from grader.guest.load import LoadError, load_app
from grader.guest.serve import Server
from grader.live import instruments
from grader.live.desk import LiveDesk

GRACE_SECONDS = 1


def run(listener: socket.socket, line: Connection, file: str, module: str) -> None:
    """Serve `file` on the listening socket until told to stop, or until the parent is gone."""
    lock = threading.Lock()

    def tell(message: dict[str, Any]) -> None:
        with lock:
            try:
                line.send_bytes(json.dumps(message, default=str).encode())
            except OSError:
                os._exit(0)  # nobody listens any more

    threading.Thread(target=_leave_with_parent, args=(line,), daemon=True).start()
    channel = Channel(LiveDesk(tell).answer, owner=os.getpid())
    instruments.install(channel)
    ignored = quiet.running_threads()
    try:
        app = load_app(file, module)
    except LoadError as error:
        tell({"say": "app.failed", "text": str(error), "traceback": error.traceback})
    except SystemExit as leaving:
        text = f"app.py ended the process while it was imported (status {leaving.code})"
        tell({"say": "app.failed", "text": text, "traceback": ""})
    else:
        if _serve(instruments.observed(app, channel, ignored, file), listener, channel):
            return
    _serve(_broken, listener, None)


def _leave_with_parent(line: Connection) -> None:
    try:
        line.recv_bytes()
    except (EOFError, OSError):
        os._exit(0)


def _serve(app: Any, listener: socket.socket, channel: Channel | None) -> bool:
    """Run uvicorn; False when the app's lifespan did not start."""
    config = uvicorn.Config(
        app,
        http="h11",
        log_level="info" if channel else "error",
        access_log=channel is not None,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config)
    server.channel = channel
    with contextlib.suppress(SystemExit):  # uvicorn's way to say that it did not start
        server.run(sockets=[listener.dup()])
    return server.started


async def _broken(scope: Any, _receive: Any, send: Any) -> None:
    """Stands in for an app that cannot be loaded, so that requests get an answer."""
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"text/plain"), (b"retry-after", b"1")]
    body = b"app.py cannot be served; see the page of grader serve, or its terminal\n"
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
