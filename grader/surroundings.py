"""What is around a run: a CI or a person, and how wide their terminal is."""

from __future__ import annotations

import os
import shutil


def in_ci() -> bool:
    """Whether nobody sits at the terminal, as GitHub, GitLab and most others say by `CI=true`."""
    return os.environ.get("CI", "").lower() in ("true", "1")


def width() -> int:
    """Columns of the terminal, 20 at least and 100 at most; looked up anew: windows change."""
    return max(20, min(shutil.get_terminal_size().columns, 100))
