"""FakeWeb: the outside HTTP world, scripted with respx.

answers = [Response(503), httpx.ReadTimeout, Response(200)]
web.post("https://hooks.example/a").mock(side_effect=answers)
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import Any

import httpx
import respx
from respx.models import AllMockedAssertionError

from grader.fakes.calls import Web
from grader.fakes.clock import FakeClock

MAX_BODY_BYTES = 1 << 20
MAX_JSON_BYTES = 256 << 10  # parsed, it is twenty times as much
MAX_BODIES_BYTES = 8 << 20  # of one check


class WebError(Exception):
    """A connection that failed; `kind` names the httpx exception the app sees."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


@dataclass(frozen=True)
class Attempt:
    """One request that the app sent to the outside world; header names are lower case.

    `at_s` is virtual time, `elapsed_s` the same with the noise in it: see FakeClock.
    """

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    at_s: float
    elapsed_s: float

    @functools.cached_property
    def json(self) -> Any:
        """The body as JSON, or None when it is none, or too large."""
        if len(self.body) > MAX_JSON_BYTES:
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class FakeWeb(respx.Router):
    """A respx router that answers the app's process; `attempts` is what arrived, oldest first."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(assert_all_called=False)
        self._clock = clock
        self._room = MAX_BODIES_BYTES
        self.attempts: list[Attempt] = []

    def answer(self, args: Web, body: bytes) -> tuple[dict[str, Any], bytes]:
        """Take one request from the app."""
        if len(body) > min(MAX_BODY_BYTES, self._room):
            self._note(args, b"", "no connection")
            limit = f"{MAX_BODY_BYTES >> 20} MB, and all of a check {MAX_BODIES_BYTES >> 20} MB"
            text = f"a request of {len(body):,} bytes; here one may have {limit}"
            raise WebError("ConnectError", text)
        self._room -= len(body)
        try:
            request = httpx.Request(
                args.method,
                args.url,
                headers=[(name, value) for name, value in args.headers],
                content=body,
            )
            response = self._answer(request)
        except httpx.TransportError as error:
            self._note(args, body, _short(error))
            raise WebError(type(error).__name__, str(error) or _short(error)) from None
        except (httpx.InvalidURL, ValueError) as error:
            raise WebError("ConnectError", str(error)) from None
        self._note(args, body, str(response.status_code))
        headers = [list(pair) for pair in response.headers.multi_items()]
        return {"status": response.status_code, "headers": headers}, response.content

    def _answer(self, request: httpx.Request) -> httpx.Response:
        try:
            response = self.handler(request)
        except StopIteration:  # more attempts than the script has answers
            return httpx.Response(500)
        except AllMockedAssertionError:
            raise httpx.ConnectError("no such host") from None
        response.read()
        return response

    def _note(self, args: Web, body: bytes, answer: str) -> None:
        event = self._clock.record(
            "http.attempted", method=args.method, url=args.url, answer=answer
        )
        headers = {name.lower(): value for name, value in args.headers}
        elapsed_s = self._clock.elapsed_s
        self.attempts.append(Attempt(args.method, args.url, headers, body, event.at_s, elapsed_s))


def _short(error: httpx.TransportError) -> str:
    return "timeout" if isinstance(error, httpx.TimeoutException) else "no connection"
