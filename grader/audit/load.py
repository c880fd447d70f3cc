"""Busy loops beside the audit: a verdict that depends on a quiet machine shows itself."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Iterator


@contextlib.contextmanager
def load(processes: int) -> Iterator[None]:
    """Keep this many processors busy meanwhile."""
    context = multiprocessing.get_context("spawn")
    parent = os.getpid()
    busy = [context.Process(target=_burn, args=(parent,), daemon=True) for _ in range(processes)]
    for process in busy:
        process.start()
    try:
        yield
    finally:
        for process in busy:
            process.terminate()
            process.join()


def _burn(parent: int) -> None:
    while os.getppid() == parent:  # whatever happens to the audit, the load ends with it
        pass
