"""One browser and one served solution a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.html.browser import launched
from tests.live.served import PATIENCE_SECONDS, Served, serving

expect.set_options(timeout=1000 * PATIENCE_SECONDS)  # a busy machine starts apps slowly


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture(scope="module")
def solution(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The reference solution of exercise 1, served; its file is not to be changed."""
    with serving("solutions/ex1/app.py", tmp_path_factory.mktemp("solution")) as served:
        yield served
