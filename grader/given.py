"""What a published tree was given, as its manifest has it; in the tree that publishes, nothing.

Read without pydantic, which would hold up the host of a run. That a manifest is broken is for
`grader.manifest` to say.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

MANIFEST = Path(__file__).with_name("manifest.json")


@functools.cache
def published() -> frozenset[str] | None:
    """Names of all files that were published; None in the tree that publishes."""
    try:
        manifest = json.loads(MANIFEST.read_bytes())
        return frozenset([*manifest["files"], *manifest.get("free", ())])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def lost(root: Path) -> list[str]:
    """Ids of exercises that were published, and are no longer in the tree at `root`."""
    tables = (Path(name) for name in published() or () if name.endswith("/exercise.toml"))
    return sorted(table.parent.name for table in tables if not (root / table).is_file())
