"""The lesson's server: watched like a student's, and for real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from grader.serving.app import Served
from tests.lesson.scenarios import watched
from tests.lesson.terminal import Terminal


@pytest_asyncio.fixture(loop_scope="session")
async def app() -> AsyncIterator[Served]:
    """The lesson's server; `client`, `timeline`, `mailer` and the others follow from it."""
    async with watched() as served:
        yield served


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal in an empty folder."""
    opened = Terminal(tmp_path)
    yield opened
    opened.close()
