"""The grader's side of one warm host: start it, have app processes forked, end them."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.serving import bubblewrap
from grader.serving.bubblewrap import LAB, SandboxError
from grader.serving.limits import Limits

WARM_UP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How an app process ended: its status (negative: killed by that signal), and which limit."""

    status: int
    limit: str | None


class WarmHost:
    """One host process for one submission, in its sandbox. Must be closed."""

    def __init__(self, stage: Path, limits: Limits, sandbox: bool) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._first: int | None = None
        self._numbers = iter(range(1, 1 << 31))
        self._on_end: dict[int, Callable[[Ended], None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._root = LAB if sandbox else str(stage)
        with theirs:
            if sandbox:
                self._process, self._first = bubblewrap.start(
                    stage, theirs, self._errors.fileno(), limits.processes
                )
            else:
                self._process = _start_open(stage, theirs, self._errors.fileno())
        libraries = bubblewrap.inside_paths() if sandbox else bubblewrap.library_paths()
        settings = {
            "paths": [self._root, *libraries],
            "limits": limits.for_guest(),
            "sandbox": sandbox,
        }
        with contextlib.suppress(OSError):
            self._control.send(json.dumps(settings).encode())
        self._ready = False

    def twin(self) -> WarmHost:
        """A second host in the same sandbox, forked from this one once that is warm.

        Works beside it, also in another process; ends with it.
        """
        twin = copy.copy(self)
        twin._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        twin._numbers, twin._on_end, twin._loop = iter(range(1, 1 << 31)), {}, None
        with theirs, contextlib.suppress(OSError):
            socket.send_fds(self._control, [b'{"op": "twin"}'], [theirs.fileno()])
        return twin

    def wait_ready(self) -> None:
        """Block until the host is warm. Raises SandboxError when it will never be."""
        if self._ready:
            return
        self._control.settimeout(WARM_UP_SECONDS)
        try:
            self._ready = self._control.recv(4096) == b'{"ready": true}'
        except OSError:
            self._ready = False
        if not self._ready:
            self._errors.seek(0)
            lines = self._errors.read(20_000).decode(errors="replace").strip().splitlines()
            why = lines[-1][:300] if lines else "it ended without a word"
            self.close()
            parts = filter(None, (f"the sandbox cannot be started: {why}", bubblewrap.advice(why)))
            raise SandboxError("; ".join(parts))
        self._control.setblocking(False)

    def spawn(self, file: str, module: str, fds: list[int], on_end: Callable[[Ended], None]) -> int:
        """Have an app process forked; `fds` are listener, door and output pipe.

        Args:
            file: path of the app inside the stage, such as `exercises/ex1/app.py`.
            module: the name it is imported under.

        Returns its number. `on_end` is called once, when all its processes are gone.
        """
        self.wait_ready()
        self._listen()
        number = next(self._numbers)
        self._on_end[number] = on_end
        order = {"op": "spawn", "n": number, "file": f"{self._root}/{file}", "module": module}
        try:
            socket.send_fds(self._control, [json.dumps(order).encode()], fds)
        except OSError as error:
            raise SandboxError(f"the sandbox has died: {error}") from None
        return number

    def kill(self, number: int) -> None:
        """End an app process and all that it started."""
        with contextlib.suppress(OSError):
            self._control.send(json.dumps({"op": "kill", "n": number}).encode())

    def close(self) -> None:
        """End the host and everything inside; leaves no process and no zombie."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._control)
        self._control.close()
        if self._first is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._first, signal.SIGKILL)
        # Without a sandbox the host ends its apps when it sees that we are gone, and then itself:
        # whoever ended it sooner would leave them behind.
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            loop.add_reader(self._control, self._readable)

    def _readable(self) -> None:
        try:
            data = self._control.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            assert self._loop is not None
            self._loop.remove_reader(self._control)
            for number in list(self._on_end):
                self._on_end.pop(number)(Ended(70, "sandbox"))
            return
        message: dict[str, Any] = json.loads(data)
        on_end = self._on_end.pop(message["ended"], None)
        if on_end:
            on_end(Ended(message["status"], message["limit"]))


def _start_open(stage: Path, control: socket.socket, errors: int) -> subprocess.Popen[bytes]:
    """The same host without a sandbox, for a tree you trust (`--sandbox none`)."""
    link = stage / "guest"
    link.rmdir()  # the mount point that a sandbox needs
    link.symlink_to(bubblewrap.GUEST)
    fd = str(control.fileno())
    return subprocess.Popen(
        [os.path.realpath(sys.executable), "-I", "-S", f"{stage}/guest/host.py", fd],
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(stage), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=errors,
        stderr=errors,
        pass_fds=[control.fileno()],
    )
