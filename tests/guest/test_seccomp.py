"""The filter refuses the calls that it names, and lets go of the others."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from grader.guest import seccomp

# A refused call fails with EPERM; without the filter, these arguments are no good to any of them.
ASK = """
import ctypes, errno, os, sys
from grader.guest import seccomp
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0 and seccomp.install()
for number in map(int, sys.argv[1:]):
    ctypes.set_errno(0)
    libc.syscall(number, *[ctypes.c_long(-1)] * 6)
    print(errno.errorcode.get(ctypes.get_errno(), "none"))
"""
ABOUT_MOUNTS = (
    "open_tree", "open_tree_attr", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick",
    "mount_setattr", "statmount", "listmount", "kexec_file_load",
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in seccomp.MACHINES, reason="no filter here"
)


def asked(numbers: list[int]) -> list[str]:
    command = [sys.executable, "-c", ASK, *map(str, numbers)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_calls_about_mounts_are_refused() -> None:
    """All of the family: what one of them does not do, another might."""
    column = seccomp.MACHINES[platform.machine()][0]
    numbers = [seccomp.FORBIDDEN[name][column] for name in ABOUT_MOUNTS]
    assert asked(numbers) == ["EPERM"] * len(ABOUT_MOUNTS)


def test_ordinary_calls_are_allowed() -> None:
    """`close` of no file, which on arm64 has another number."""
    assert asked([57 if platform.machine() == "aarch64" else 3]) == ["EBADF"]


def test_no_number_stands_for_two_calls() -> None:
    """A slip of the pen would forbid what every app needs; arm64 has one inotify_init."""
    for column in (0, 1):
        numbers = [pair[column] for pair in (seccomp.FORBIDDEN | seccomp.ABSENT).values()]
        assert len(set(numbers)) >= len(numbers) - column
