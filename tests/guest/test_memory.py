"""What a process holds is counted, whatever it calls itself."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from grader.guest import memory

PR_SET_NAME = 15
CALLED = f"""
import ctypes, sys
ctypes.CDLL(None).prctl({PR_SET_NAME}, eval(sys.argv[1]), 0, 0, 0)
kept = b"x" * (20 << 20)
print("up", flush=True)
sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is counted on Linux only")


@pytest.mark.parametrize(
    "name", [b"\rVmSwap:x", b"\nVmSwap:x", b"\x0bRssAnon: 0", b"a) R 1 (b", b"\r\x85\x1c", b""]
)
def test_a_name_hides_no_memory(name: bytes) -> None:
    """The kernel shows a process's name in its status, with a return as it is."""
    child = subprocess.Popen(
        [sys.executable, "-c", CALLED, repr(name)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        parents, held = memory.processes()
        assert parents[child.pid] == os.getpid()
        assert 20 << 20 < held[child.pid] < 200 << 20
    finally:
        child.communicate()


def test_a_status_that_cannot_be_read_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is left out because of what its status looks like."""
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    )
    try:
        monkeypatch.setattr(memory, "held_by", lambda _pid: int(b"x"))
        assert memory.processes()[1][child.pid] > 1 << 60
    finally:
        child.communicate()
