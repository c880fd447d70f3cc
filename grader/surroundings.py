"""What is around a run: a CI or a person, how wide their terminal is, and how many processors."""

from __future__ import annotations

import os
import shutil


def in_ci() -> bool:
    """Whether nobody sits at the terminal, as GitHub, GitLab and most others say by `CI=true`."""
    return os.environ.get("CI", "").lower() in ("true", "1")


def width() -> int:
    """Columns of the terminal, 20 at least and 100 at most; looked up anew: windows change."""
    return max(20, min(shutil.get_terminal_size().columns, 100))


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
