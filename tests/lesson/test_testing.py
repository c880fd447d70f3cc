"""Page 15: the naive test passes either way, the other one tells the two apart."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from unittest.mock import patch

import pytest

from exercises import services

MESSAGES = ["http.response.start", "http.response.body"]


@pytest.fixture
def testing(recwarn: pytest.WarningsRecorder) -> Iterator[ModuleType]:
    """The page's module; TestClient says that it prefers another HTTP library."""
    with patch("exercises.lesson.first.time"):  # two seconds a mail, each time
        from exercises.lesson import testing

        yield testing
    services.provide(None, None)
    recwarn.clear()


@pytest.fixture
def app() -> object:
    """The lesson's server as a plain ASGI application."""
    from exercises.lesson.main import app

    return app


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_naive_test_passes_either_way(testing, app, when):
    """TestClient returns only when the background tasks have ended."""
    testing.naive_test(app, f"/hello/{when}?email=ada@example.com")


def test_the_recorder_tells_them_apart(testing, app):
    """The same list for messages and mail shows which came first."""
    query = "email=ada@example.com"
    assert testing.order_of(app, "/hello/before", query) == ["mail.sent", *MESSAGES]
    assert testing.order_of(app, "/hello/after", query) == [*MESSAGES, "mail.sent"]
