"""The attacks, by class as in SECURITY.md; `ALL` is every one of them.

Each is bounded even without a sandbox: 1 GB of memory, 300 processes, 64 MB of files, 30 s.
"""

from __future__ import annotations

from tests.hostile.case import Case
from tests.hostile.cases import (
    forging,
    hanging,
    http,
    leaving,
    messages,
    patching,
    reading,
    resources,
    state,
    text,
)

MODULES = (
    leaving, hanging, forging, patching, reading, resources, text, http, messages, state,
)  # fmt: skip
ALL: tuple[Case, ...] = tuple(case for module in MODULES for case in module.CASES)
