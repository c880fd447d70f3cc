"""The tap: HTTP bytes and service calls pass one observer, so that one timeline holds their order.

Before a service call is recorded, every response socket is emptied: bytes that the server wrote
before its app called out are on the timeline before that call. `response.sent` is therefore what
the grader saw leave the server, not what the app claims.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import h11
import httpx

from grader.fakes.desk import Desk
from grader.fakes.weight import weight
from grader.serving.app import Answer, AppStopped, NoAnswer

CHUNK = 1 << 16
MAX_MESSAGES = 8 << 20  # weight of all calls of one app, waiting apart; what the fakes keep
FREE_VALUES = 60  # of one call: more than in a row with twenty columns
MAX_BLOBS = 96 << 20  # bytes of all files


class Exchange:
    """One request and its response over a socket of its own, read as the bytes come."""

    def __init__(self, sock: Any, desk: Desk, max_body: int, seconds: float) -> None:
        self._sock = sock
        self._ends = time.monotonic() + seconds
        self._room = 4 * max_body + CHUNK  # for head, chunk sizes and interim answers too
        self._desk = desk
        self._max_body = max_body
        self._h11 = h11.Connection(h11.CLIENT)
        self._head: h11.Response | None = None
        self._body = bytearray()
        self.done: asyncio.Future[httpx.Response] = asyncio.get_running_loop().create_future()

    def request_bytes(self, request: httpx.Request, body: bytes) -> bytes:
        """The request as bytes on the wire."""
        target = request.url.raw_path
        headers = [
            (name, value)
            for name, value in request.headers.raw
            if name.lower() not in (b"connection", b"transfer-encoding", b"content-length")
        ]
        headers += [(b"connection", b"close")]
        if body or request.method in ("POST", "PUT", "PATCH"):
            headers += [(b"content-length", str(len(body)).encode())]
        head = h11.Request(method=request.method.encode(), target=target, headers=headers)
        out = self._h11.send(head) or b""
        if body:
            out += self._h11.send(h11.Data(data=body)) or b""
        return out + (self._h11.send(h11.EndOfMessage()) or b"")

    def drain(self) -> None:
        """Take in every byte that is there, without waiting."""
        while not self.done.done() and time.monotonic() < self._ends:
            try:
                data = self._sock.recv(CHUNK)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            try:
                self._feed(data)
            except h11.RemoteProtocolError as error:
                early = self._head is None and not data
                text = "the connection closed without an answer" if early else str(error)
                self._fail(f"no valid response: {text[:300]}")

    def _feed(self, data: bytes) -> None:
        self._room -= len(data)
        if self._room < 0:
            self._fail("the response does not come to an end")
        self._h11.receive_data(data)
        while not self.done.done():
            event = self._h11.next_event()
            if event is h11.NEED_DATA:
                return
            if isinstance(event, h11.Response):
                self._head = event
                self._desk.clock.record("response.started", status=event.status_code)
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > self._max_body:
                    self._fail(f"the response is larger than {self._max_body >> 20} MB")
            elif isinstance(event, h11.EndOfMessage):
                self._end()
            elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
                self._fail("the connection closed without an answer")

    def _end(self) -> None:
        assert self._head is not None
        headers = [(bytes(name), bytes(value)) for name, value in self._head.headers]
        encoded = {name for name, _ in headers} & {b"content-encoding"}
        if encoded:
            self._fail("the response has a content-encoding that nobody asked for")
            return
        self._desk.clock.record("response.sent", status=self._head.status_code)
        self.done.set_result(Answer(self._head.status_code, headers, bytes(self._body)))

    def _fail(self, text: str) -> None:
        if not self.done.done():
            self.done.set_exception(AppStopped(text))


class Tap:
    """All exchanges of one app, and the desk that its calls go to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._exchanges: set[Exchange] = set()
        self._messages, self._blobs = MAX_MESSAGES, MAX_BLOBS

    def answer(self, message: Any, blob: bytes) -> tuple[dict[str, Any], bytes]:
        """Answer a call, after recording whatever the server wrote before it."""
        for exchange in tuple(self._exchanges):
            exchange.drain()
        size = weight(message, str(message), FREE_VALUES)
        if size > self._messages or len(blob) > self._blobs:
            return {"error": "ConnectionError", "text": "too much was sent in one check"}, b""
        reply, data = self._desk.answer(message, blob)
        if not reply.get("wait"):
            self._messages -= size
            self._blobs -= len(blob)
        return reply, data

    async def exchange(
        self, sock: Any, request: httpx.Request, max_body: int, seconds: float
    ) -> httpx.Response:
        """Send one request over a connected, non-blocking socket and await the whole response.

        Raises NoAnswer after `seconds` of real time, whatever dripped in until then.
        """
        body = await request.aread()
        loop = asyncio.get_running_loop()
        exchange = Exchange(sock, self._desk, max_body, seconds)
        self._exchanges.add(exchange)
        self._desk.clock.record("request.received", method=request.method, path=request.url.path)
        try:
            async with asyncio.timeout(seconds):
                loop.add_reader(sock, exchange.drain)
                await self._send(loop, sock, exchange, exchange.request_bytes(request, body))
                return await exchange.done
        except TimeoutError:
            raise NoAnswer(f"no answer within {seconds:.3g} s") from None
        finally:
            loop.remove_reader(sock)
            self._exchanges.discard(exchange)
            if exchange.done.done() and not exchange.done.cancelled():
                exchange.done.exception()  # seen, also when nobody awaited it

    async def _send(self, loop: Any, sock: Any, exchange: Exchange, data: bytes) -> None:
        try:
            await loop.sock_sendall(sock, data)
        except OSError:  # answered or died before it had read everything
            exchange.drain()
