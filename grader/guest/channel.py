"""How the app's process asks for something outside: send this mail, I sleep two seconds.

A call is one JSON object and, for files, raw bytes behind it. It blocks until it is answered; that
is what keeps the grader's timeline in true order. An answer may be "wait" (a slow mailer, a clock
on hold): the caller then asks again, so that no answer is ever late and no lock is held meanwhile.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .state import current, own_thread

HEADER = struct.Struct(">II")  # bytes of JSON, bytes of blob
POLL_SECONDS = 0.001
MAX_POLL_SECONDS = 0.008  # of who is held: a crowd that asks each millisecond leaves no line free

real_sleep = time.sleep
real_async_sleep = asyncio.sleep
waiting_threads: set[int] = set()  # threads held until the suite says so: not busy, see quiet.py
slow_calls: set[int] = set()  # calls that are going to be answered soon: busy


def _numbers() -> Iterator[int]:
    """Numbers for calls: two processes of one app never share one.

    The largest pid, 2**32 on Windows, leaves them below the 2**53 that the desk takes.
    """
    return itertools.count(os.getpid() << 20)


_ids = _numbers()
Answer = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]


class Refused(Exception):
    """The call could not be done; `kind` names the exception the app should see."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Channel:
    """Asks through `answer`, a function that takes (message, blob) and gives (message, blob).

    `owner` is the only process it works in, when there is one: in process, a fork of the test run
    would talk to a copy of the fakes.
    """

    def __init__(self, answer: Answer, owner: int | None = None) -> None:
        self._answer = answer
        self._owner = owner

    @property
    def reaches(self) -> bool:
        """Whether calls from this process arrive."""
        return self._owner in (None, os.getpid())

    def call(self, name: str, blob: bytes = b"", **args: Any) -> tuple[Any, bytes]:
        """Ask and wait for the value. Raises Refused."""
        message = self._message(name, args)
        value, data, wait = self._ask(message, blob)
        pause = POLL_SECONDS
        while wait:
            pause = _next_pause(pause, wait)
            with _told_to_wait(message["id"], wait, threading.get_ident()):
                real_sleep(pause)
                value, data, wait = self._ask({**message, "again": True}, blob)
        return value, data

    async def call_async(self, name: str, **args: Any) -> Any:
        """The same from a coroutine: while it must wait, the event loop runs on."""
        message = self._message(name, args)
        value, _, wait = self._ask(message, b"")
        pause = POLL_SECONDS
        while wait:
            pause = _next_pause(pause, wait)
            with _told_to_wait(message["id"], wait):
                await real_async_sleep(pause)
                value, _, wait = self._ask({**message, "again": True}, b"")
        return value

    def _message(self, name: str, args: dict[str, Any]) -> dict[str, Any]:
        state = current.get()
        number = state.number if state else None
        if state and name != "clock.sleep":
            state.naps = 0
        message = {"call": name, "id": next(_ids), "request": number, "args": args}
        return {**message, "own_thread": True} if own_thread.get() else message

    def _ask(self, message: dict[str, Any], blob: bytes) -> tuple[Any, bytes, str | None]:
        reply, data = self._answer(message, blob)
        if "error" in reply:
            raise Refused(reply["error"], reply.get("text", ""))
        return reply.get("value"), data, reply.get("wait")


def _next_pause(pause: float, wait: str) -> float:
    return min(pause * 2, MAX_POLL_SECONDS) if wait == "held" else POLL_SECONDS


@contextmanager
def _told_to_wait(call_id: int, wait: str, thread: int | None = None) -> Iterator[None]:
    """Its request is not over, whatever its endpoint has returned (see gate.py).

    `thread` is the one that stands still meanwhile; a coroutine leaves its own to others.
    """
    state = current.get()
    if state is not None:
        state.unanswered.add(call_id)
    if wait == "slow":
        slow_calls.add(call_id)
    elif thread is not None:
        waiting_threads.add(thread)
    try:
        yield
    finally:
        slow_calls.discard(call_id)
        if thread is not None:
            waiting_threads.discard(thread)
        if state is not None:
            state.unanswered.discard(call_id)


class Door:
    """Opens a line to the grader for each process: a fork must not share its parent's line."""

    def __init__(self, fd: int) -> None:
        self._door = socket.socket(fileno=fd)
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        global _ids
        self._lock = threading.Lock()
        self._line = None
        slow_calls.clear()  # of threads that a fork leaves behind
        waiting_threads.clear()
        _ids = _numbers()

    def answer(self, message: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
        """Send one frame and read one back."""
        body = json.dumps(message, ensure_ascii=False).encode(errors="replace")  # surrogates: ?
        with self._lock:
            try:
                return self._exchange(self._open(), body, blob)
            except OSError:
                self._line = None  # closed by the grader: too large, or the check is over
                raise Refused("ConnectionError", "the grader does not take this call") from None

    def open(self) -> None:
        """Have a line ready. Raises OSError."""
        with self._lock:
            self._open()

    def _exchange(
        self, line: socket.socket, body: bytes, blob: bytes
    ) -> tuple[dict[str, Any], bytes]:
        line.sendall(HEADER.pack(len(body), len(blob)) + body)
        if blob:
            line.sendall(blob)
        size, blob_size = HEADER.unpack(_read(line, HEADER.size))
        reply = json.loads(_read(line, size))
        return reply, _read(line, blob_size) if blob_size else b""

    def _open(self) -> socket.socket:
        if self._line is None:
            self._line, theirs = socket.socketpair()
            socket.send_fds(self._door, [b"+"], [theirs.fileno()])
            theirs.close()
        return self._line


def _read(line: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        chunk = line.recv(size - len(data))
        if not chunk:
            raise ConnectionError("closed")
        data += chunk
    return bytes(data)
