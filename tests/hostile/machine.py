"""What is on the machine: everything a graded run could leave behind."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """Processes of sandboxes under `folder`, files in it, our descriptors, mounts and sockets."""

    processes: frozenset[int]
    files: frozenset[str]
    descriptors: int
    mounts: int
    segments: int


def look(folder: Path) -> Machine:
    """Look now. `folder` holds all temporary files of the run, so its name marks its processes."""
    return Machine(
        processes=frozenset(processes_of(folder)),
        files=frozenset(os.listdir(folder)),
        descriptors=len(os.listdir("/proc/self/fd")),
        mounts=len(Path("/proc/self/mounts").read_text().splitlines()),
        segments=len(Path("/proc/sysvipc/shm").read_text().splitlines()),
    )


def settled(folder: Path, before: Machine) -> Machine:
    """Look until it is as before, for ten seconds at most: a busy kernel needs a moment."""
    for _ in range(200):
        if look(folder) == before:
            break
        time.sleep(0.05)
    return look(folder)


def processes_of(folder: Path, where: str = "mountinfo") -> list[int]:
    """Processes that name the folder in this file of /proc: in their mounts, or in `cmdline`."""
    mark, found = folder.name.encode(), []
    for pid in [int(name) for name in os.listdir("/proc") if name.isdigit()]:
        try:
            told = Path(f"/proc/{pid}/{where}").read_bytes()
        except OSError:
            continue
        if mark in told and pid != os.getpid():
            found.append(pid)
    return found


def peak_memory() -> int:
    """The most memory that this process has held since the last call, in bytes."""
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    Path("/proc/self/clear_refs").write_text("5")
    return int(peak.split()[1]) << 10
