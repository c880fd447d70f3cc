"""Page 15: a test that proves nothing, and one that does."""

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from exercises.services import provide


class SeenMailer:
    """Notes on a list that a mail was sent."""

    def __init__(self, seen: list[str]) -> None:
        self.seen = seen

    def send(self, to: str, subject: str, body: str) -> None:
        self.seen.append("mail.sent")


def naive_test(app: Any, path: str) -> None:
    """Passes whether the mail leaves before the response or after it."""
    seen: list[str] = []
    provide(SeenMailer(seen), None)
    answer = TestClient(app).post(path)
    assert answer.status_code == 200
    assert seen == ["mail.sent"]


def order_of(app: Callable[..., Any], path: str, query: str) -> list[str]:
    """What the app did, in order: its ASGI messages, and its mail between them."""
    seen: list[str] = []
    provide(SeenMailer(seen), None)
    scope = {"type": "http", "method": "POST", "path": path, "headers": []}
    scope |= {"query_string": query.encode(), "http_version": "1.1", "scheme": "http"}
    scope |= {"asgi": {"version": "3.0"}, "root_path": "", "server": ("localhost", 80)}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        seen.append(message["type"])

    asyncio.run(app(scope, receive, send))
    return seen
