"""How much memory processes hold, as the kernel tells it."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

SHARES_SECONDS = 0.05
UNREADABLE = 1 << 62
SHARES = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")


def processes() -> tuple[dict[int, int], dict[int, int]]:
    """For each process: its parent, and the bytes it holds, pages that others share included."""
    parents, held = {}, {}
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            with contextlib.suppress(OSError):  # it is gone
                stat = Path(f"/proc/{name}/stat").read_bytes().rpartition(b")")[2].split()
                held[int(name)] = _held(int(name))
                parents[int(name)] = int(stat[1])
    return parents, held


def _held(pid: int) -> int:
    """What it holds; where its status cannot be read, more than any limit: none is left out."""
    try:
        return held_by(pid)[1]
    except (ValueError, IndexError):
        return UNREADABLE


def shares(held: dict[int, int], inherited: int) -> int:
    """What processes hold together, in bytes: shares of the largest, as far as time allows.

    Of the others only what is surely theirs: whoever starts many has to wait for an answer, and
    the next look would come too late.
    """
    total, ends = 0, time.monotonic() + SHARES_SECONDS
    for pid, size in sorted(held.items(), key=lambda one: -one[1]):
        total += _share(pid, size) if time.monotonic() < ends else max(0, size - inherited)
    return total


def _share(pid: int, held: int) -> int:
    """A process's share of the memory it holds, in bytes; all of it where that is not told."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        sizes = [line.split()[1] for line in lines if line.startswith(SHARES)]
        if len(sizes) == len(SHARES):
            return sum(map(int, sizes)) << 10
    return held


def held_by(pid: int) -> tuple[int, int]:
    """Address space, and memory that no file backs, shared or swapped out too, in bytes."""
    sizes = dict.fromkeys((b"VmSize", b"RssAnon", b"RssShmem", b"VmSwap"), 0)
    # Of the process, and of its threads where the first one is gone and tells nothing any more.
    for status in (Path(f"/proc/{pid}/status"), *Path(f"/proc/{pid}/task").glob("*/status")):
        for line in _lines(status):
            name, _, rest = line.partition(b":")
            if name in sizes:
                sizes[name] = int(rest.split()[0]) << 10
        if sizes[b"VmSize"]:
            break
    return sizes.pop(b"VmSize"), sum(sizes.values())


def _lines(status: Path) -> list[bytes]:
    """Its lines; none where the thread is gone, whose process is still there.

    Not splitlines: a process may have a return in its name, and the kernel shows it as it is.
    """
    with contextlib.suppress(OSError):
        return status.read_bytes().split(b"\n")
    return []
