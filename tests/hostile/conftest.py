"""A temporary folder of our own, with canaries in it and around it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.serving.bubblewrap import find_bubblewrap

CANARY = "AFTERWARDS_CANARY_8c41e2"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing here makes sense without bubblewrap."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            if find_bubblewrap() is None:
                item.add_marker(pytest.mark.skip(reason="no bubblewrap here"))


@pytest.fixture(scope="session")
def temporary() -> Iterator[Path]:
    """Where this session's graded runs put their temporary files."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def canaries(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Things a submission must not see."""
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv(CANARY, CANARY)
    monkeypatch.setenv("GITHUB_TOKEN", CANARY)
    (temporary / "canary.txt").write_text(CANARY)
