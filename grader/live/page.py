"""The page beside the app: one document, and one stream of server-sent events. Loopback only."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, StreamingResponse
from starlette.routing import Route

from grader.drawing.markup import Markup, asset, tag
from grader.drawing.page import legend, page
from grader.live.board import Board
from grader.live.instruments import HOSTS

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
RETRY_MS = 500


def live_page(board: Board, title: str, app_url: str) -> Starlette:
    """The application of the page. A name other than ours in the Host header is refused."""
    css, js = asset("grader.live", "live.css"), asset("grader.live", "live.js")
    text = page(title, _body(title, app_url), css, js, connect=("'self'",))

    async def document(_request: Request) -> HTMLResponse:
        return HTMLResponse(text, headers=HEADERS)

    async def events(_request: Request) -> StreamingResponse:
        return StreamingResponse(_stream(board), media_type="text/event-stream", headers=HEADERS)

    return Starlette(
        routes=[Route("/", document), Route("/events", events)],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False)],
    )


async def _stream(board: Board) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MS}\n\n"
    async for name, data in board.updates():
        yield f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _body(title: str, app_url: str) -> Markup:
    docs = f"{app_url}/docs"
    return tag(
        "div",
        tag(
            "header",
            tag("h1", title),
            tag("p", "Send it requests at ", tag("a", docs, href=docs, rel="noreferrer"), "."),
            tag("div", tag("p", "… connecting"), id="state", role="status"),
            tag("p", id="line", role="alert"),
            legend(),
        ),
        tag(
            "main",
            tag("div", id="cards"),
            tag("p", "No request yet. Each one appears here while it happens.", class_="empty"),
        ),
    )
