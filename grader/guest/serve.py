"""The life of one app process: load the student's file, serve it with uvicorn, until killed."""

from __future__ import annotations

import logging
import socket
from typing import Any

import uvicorn

from . import clock, gate, pictures, programs, proxies, quiet, state, web
from .channel import Channel, Door
from .load import LoadError, load_app


class Server(uvicorn.Server):
    """Says by its channel, if it has one, when it is ready to answer."""

    channel: Channel | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen."""
        await super().startup(sockets)
        if self.started and self.channel is not None:
            self.channel.call("app.ready")


def install(channel: Channel) -> None:
    """Make this process a guest: services and HTTP go outside, tasks wait for the response."""
    observe(channel)
    web.install(channel)


def observe(channel: Channel) -> None:
    """The part of it that needs no outside world of ours: HTTP stays what it is."""
    proxies.provide(channel)
    state.follow_into_threads()
    state.note_uploads()
    pictures.watch()
    programs.watch()
    gate.hold_background_tasks()


def uninstall() -> None:
    """Undo what `install` pointed at one channel; the rest is harmless outside a request."""
    proxies.withdraw()
    web.install(None)
    clock.report_given_code(None, "")


def serve(listener: int, door: Door, path: str, name: str) -> int:
    """Serve the app in `path` on the inherited listening socket; returns the exit status."""
    channel = Channel(door.answer)
    install(channel)
    clock.report_given_code(channel, name)
    ignored = quiet.running_threads()
    try:
        app = load_app(path, name)
    except LoadError as error:
        channel.call("app.failed", text=str(error)[:500], traceback=error.traceback[:4000])
        return 1
    server = Server(config(gate.Gate(app, channel, ignored, path)))
    server.channel = channel
    server.run(sockets=[socket.socket(fileno=listener)])
    return 0


def config(app: Any) -> uvicorn.Config:
    """How every app is served: one plain HTTP/1.1 server, without logs of its own."""
    logging.getLogger("uvicorn.error").disabled = True  # tracebacks travel by the channel
    return uvicorn.Config(
        app, http="h11", ws="none", loop="asyncio", log_config=None, access_log=False
    )
