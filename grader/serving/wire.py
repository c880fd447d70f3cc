"""The grader's end of one line to an app's process: bounded frames in, bounded frames out."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import socket
import stat
import struct
from collections.abc import Callable
from typing import Any

HEADER = struct.Struct(">II")  # bytes of JSON, bytes of blob; as in guest/channel.py
CHUNK = 1 << 18
FRAMES_A_TURN = 50  # then the grader's event loop looks at its deadlines again
MAX_BUFFERED = 96 << 20
NOW = socket.MSG_DONTWAIT  # the peer holds this socket too, and can make it a blocking one

Answer = Callable[[Any, bytes], tuple[dict[str, Any], bytes]]


class Buffered:
    """Bytes that all lines of one app hold between a read and an answer."""

    total = 0


class Line:
    """Reads frames from a hostile peer, one at a time, and writes the answer to each.

    A frame over the limits, or one that is not JSON, closes the line: the app sees a
    ConnectionError, the check goes on without it. So does the line that would take `buffered`
    over its limit.
    """

    def __init__(
        self,
        sock: socket.socket,
        answer: Answer,
        max_message: int,
        max_blob: int,
        buffered: Buffered | None = None,
    ) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._answer = answer
        self._limits = (max_message, max_blob)
        self._buffered = buffered or Buffered()
        self._counted = 0
        self._in = bytearray()
        self._out = bytearray()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._readable)

    def close(self) -> None:
        """Hang up."""
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock)
            self._loop.remove_writer(self._sock)
            self._sock.close()
        self._in.clear()
        self._out.clear()
        self._count()

    def _count(self) -> bool:
        """Update what all lines hold; False when that is too much."""
        counted = len(self._in) + len(self._out)
        self._buffered.total += counted - self._counted
        self._counted = counted
        return self._buffered.total <= MAX_BUFFERED

    def _readable(self) -> None:
        try:
            data = self._sock.recv(CHUNK, NOW)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self._in += data
        self._serve()
        if not self._count():
            self.close()

    def _serve(self) -> None:
        """Answer what is complete. Nothing is read while an answer is still being written."""
        frames = 0
        while len(self._in) >= HEADER.size and not self._out:
            if frames == FRAMES_A_TURN:
                self._loop.remove_reader(self._sock)
                self._loop.call_soon(self._go_on)
                return
            frames += 1
            size, blob_size = HEADER.unpack_from(self._in)
            if size > self._limits[0] or blob_size > self._limits[1]:
                self.close()
                return
            end = HEADER.size + size + blob_size
            if len(self._in) < end:
                return
            body = bytes(self._in[HEADER.size : HEADER.size + size])
            blob = bytes(self._in[HEADER.size + size : end])
            del self._in[:end]
            self._reply(body, blob)

    def _go_on(self) -> None:
        if self._sock.fileno() >= 0:
            self._loop.add_reader(self._sock, self._readable)
            self._serve()

    def _reply(self, body: bytes, blob: bytes) -> None:
        try:
            message = json.loads(body, parse_constant=_refuse, parse_float=_finite)
        except (ValueError, RecursionError):
            self.close()
            return
        try:
            reply, data = self._answer(message, blob)
            head = json.dumps(reply).encode()
        except (MemoryError, RecursionError):
            self.close()
            return
        self._out += HEADER.pack(len(head), len(data)) + head + data
        self._writable()

    def _writable(self) -> None:
        try:
            with contextlib.suppress(BlockingIOError):
                del self._out[: self._sock.send(self._out, NOW)]
        except OSError:
            self.close()
            return
        if self._out:
            self._loop.remove_reader(self._sock)
            self._loop.add_writer(self._sock, self._drained)

    def _drained(self) -> None:
        self._writable()
        if not self._out and self._sock.fileno() >= 0:
            self._loop.remove_writer(self._sock)
            self._loop.add_reader(self._sock, self._readable)
            self._serve()
            self._count()


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _finite(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise ValueError("a number is too large")
    return number


def is_stream_socket(fd: int) -> bool:
    """Whether an app sent a descriptor that can be a line."""
    if not stat.S_ISSOCK(os.fstat(fd).st_mode):
        return False
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(fd)) as probe:
        return (probe.family, probe.type) == (socket.AF_UNIX, socket.SOCK_STREAM)
    return False  # a kind that does not tell its family
