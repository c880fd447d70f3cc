"""Keeps the app's process running: starts it, hears what it says, starts it anew on every save."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import socket
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from watchfiles import PythonFilter, awatch

from grader.live import child
from grader.live.board import Board

STOP_SECONDS = 2.5
Say = Callable[[str], None]


class Supervisor:
    """One app: the file, the socket it listens on (which outlives its processes), the board.

    `say` takes lines for the terminal.
    """

    def __init__(
        self, file: Path, module: str, listener: socket.socket, board: Board, say: Say
    ) -> None:
        self._file = file
        self._module = module
        self._listener = listener
        self._board = board
        self._say = say
        self._process: SpawnProcess | None = None
        self._line: Connection | None = None

    async def run(self) -> None:
        """Serve and watch until cancelled."""
        self._start()
        try:
            async for _ in awatch(self._file.parent, watch_filter=PythonFilter()):
                self._say(f"{self._file.name} or a file beside it has changed: starting again")
                await self._stop()
                self._start()
        finally:
            await self._stop()

    def _start(self) -> None:
        start = self._board.starting()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        arguments = (self._listener, theirs, str(self._file), self._module)
        self._process = context.Process(target=child.run, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        self._line = ours
        loop = asyncio.get_running_loop()

        def hear(message: dict[str, Any]) -> None:
            self._hear(start, message)

        def over() -> None:
            if self._process is process:  # else it was told to stop
                self._board.ended(start, process.exitcode)

        process = self._process

        def listen() -> None:
            with contextlib.suppress(EOFError, OSError):
                while True:
                    message = json.loads(ours.recv_bytes())
                    loop.call_soon_threadsafe(hear, message)
            process.join(STOP_SECONDS)
            with contextlib.suppress(RuntimeError):  # the loop is closed: everything ends
                loop.call_soon_threadsafe(over)

        threading.Thread(target=listen, daemon=True).start()

    def _hear(self, start: int, message: dict[str, Any]) -> None:
        self._board.hear(start, message)
        if message.get("say") == "app.failed":
            self._say(str(message["text"]))
            if message["traceback"]:
                self._say(str(message["traceback"]))
            self._say("watching: save the file to try again")

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        await asyncio.to_thread(process.join, STOP_SECONDS)
        if process.is_alive():
            process.kill()
            await asyncio.to_thread(process.join, STOP_SECONDS)
        if self._line is not None:
            self._line.close()
