"""One request driven over ASGI, recorded message by message as the app sends them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import httpx

from grader.fakes.desk import Desk
from grader.serving.app import Answer, AppStopped


class AsgiExchange:
    """A request on its way through an app. `wake` is called when the response is complete."""

    def __init__(
        self, request: httpx.Request, body: bytes, desk: Desk, wake: Callable[[], None]
    ) -> None:
        self._request = request
        self._body = body
        self._desk = desk
        self._wake = wake
        self._asked = False
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._parts: list[bytes] = []
        self._complete = False

    async def run(self, app: Any, state: dict[str, Any]) -> None:
        """Run the app, its background tasks included; on the app's own event loop."""
        url = self._request.url
        self._desk.clock.record("request.received", method=self._request.method, path=url.path)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self._request.method,
            "headers": [(name.lower(), value) for name, value in self._request.headers.raw],
            "scheme": "http",
            "path": url.path,
            "raw_path": url.raw_path.split(b"?")[0],
            "query_string": url.query,
            "server": ("localhost", 80),
            "client": ("127.0.0.1", 50000),
            "root_path": "",
            "state": dict(state),
        }
        self._gone = asyncio.Event()
        try:
            await app(scope, self._receive, self._send)
        except Exception:
            if not self._status:  # as uvicorn does
                await self._send({"type": "http.response.start", "status": 500, "headers": []})
                await self._send({"type": "http.response.body", "body": b"Internal Server Error"})
        finally:
            self._wake()

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = list(message.get("headers", []))
            self._desk.clock.record("response.started", status=self._status)
        elif message["type"] == "http.response.body" and not self._complete:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body"):
                self._complete = True
                self._desk.clock.record("response.sent", status=self._status)
                self._gone.set()
                self._wake()

    def over(self, task: Future[None]) -> bool:
        """Whether the response is complete, or never will be."""
        return self._complete or task.done()

    def response(self) -> httpx.Response:
        """The whole response. Raises AppStopped when there was none."""
        if not self._complete:
            raise AppStopped("no valid response: the app returned without sending one")
        return Answer(self._status, self._headers, b"".join(self._parts))
