"""The warm host: imports the libraries once, then forks a fresh, confined process for each app.

Started by the grader inside bubblewrap as `python -I -S host.py FD`, with a control socket. It runs
no student code itself. Messages are JSON datagrams:

    grader → host   {"op": "spawn", "n": 7, "file": ..., "module": ...} and three descriptors:
                    listening socket, door, output pipe; {"op": "kill", "n": 7};
                    {"op": "twin"} and a control socket, for a fork of the host itself
    host → grader   {"ready": true}, {"ended": 7, "status": 0, "limit": null}, where a limit may be
                    "memory", or "sandbox": its own could not be built
"""

from __future__ import annotations

import array
import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

STACK_BYTES = 2 << 20  # a thread's stack counts against the memory limit
WATCH_SECONDS = 0.05
READY = b'{"ready": true}'
LISTENER, DOOR, SEAL = 60, 61, 62  # descriptors in every app's process


class App(NamedTuple):
    """What a child of the host is to serve; `shut_in`: what `confine` takes."""

    file: str
    module: str
    shut_in: tuple[dict[str, int], int, int] | None


class Host:
    """Children by number, the pidfd of each, and the loop that serves the grader."""

    def __init__(self, control: socket.socket, settings: dict[str, Any]) -> None:
        from guest import confine, memory  # type: ignore[import-not-found]

        self._memory = memory
        self.control = control
        self.limits = settings["limits"]
        self.sandbox = settings["sandbox"]
        self.fork = confine.PidNamespaces().fork if self.sandbox else os.fork
        self.user, self.twins = 0, 0
        self.children: dict[int, int] = {}  # number → pid
        self.seals: dict[int, int] = {}  # number → pipe, in which a child says that it is shut in
        self.over_limit: set[int] = set()
        self.vm_bytes, self.rss_bytes = self._memory.held_by(os.getpid())

    def run(self) -> App | None:
        """Serve until the grader closes the control socket; then None.

        In a child it returns as well, so that none of this is on the stack below an app.
        """
        pidfds: dict[int, int] = {}  # pidfd → number
        while True:
            timeout = WATCH_SECONDS if self.children else None
            readable, _, _ = select.select([self.control.fileno(), *pidfds], [], [], timeout)
            for fd in [fd for fd in readable if fd != self.control.fileno()]:
                self._reap(pidfds.pop(fd), fd)
            if self.control.fileno() in readable:
                data, fds = _receive(self.control)
                if not data:  # the grader is gone, and an app without a sandbox would stay
                    for pid in self.children.values():
                        self._kill(pid)
                    return None
                order = json.loads(data)
                if order["op"] == "twin":
                    self._twin(fds[0], pidfds)
                elif app := self._obey(order, fds, pidfds):
                    return app
            self._watch_memory()

    def _twin(self, control: int, pidfds: dict[int, int]) -> None:
        """Fork: the child serves the other end of `control`, with children of its own."""
        self.twins += 1
        if os.fork():
            os.close(control)
            return
        self.user = self.twins
        for pidfd in pidfds:
            os.close(pidfd)
        pidfds.clear()
        self.children.clear()
        for seal in self.seals.values():
            os.close(seal)
        self.seals.clear()
        self.control.close()
        self.control = socket.socket(fileno=control)
        self.control.send(READY)

    def _obey(self, order: dict[str, Any], fds: list[int], pidfds: dict[int, int]) -> App | None:
        if order["op"] == "spawn":
            seal, their_seal = os.pipe()
            pid = self.fork()
            if not pid:
                return self._child(order, [*fds, their_seal])
            os.close(their_seal)
            self.seals[order["n"]] = seal
            self.children[order["n"]] = pid
            pidfds[os.pidfd_open(pid)] = order["n"]
        elif order["n"] in self.children:
            self._kill(self.children[order["n"]])
        for fd in fds:
            os.close(fd)
        return None

    def _kill(self, pid: int) -> None:
        """In a sandbox this ends the whole pid namespace; without one, the process group.

        Who was forked a moment ago has no group of its own yet.
        """
        if not self.sandbox:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _child(self, order: dict[str, Any], fds: list[int]) -> App:
        """Leave nothing of the host in a child but what its app needs."""
        listener, door, output, seal = fds
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # it was a file
        os.dup2(door, DOOR, inheritable=False)
        os.dup2(listener, LISTENER, inheritable=False)
        os.dup2(seal, SEAL, inheritable=False)
        self.control.close()
        os.closerange(3, LISTENER)
        os.closerange(SEAL + 1, 4096)
        shut_in = (self.limits, self.vm_bytes, self.user) if self.sandbox else None
        return App(order["file"], order["module"], shut_in)

    def _reap(self, number: int, pidfd: int) -> None:
        os.close(pidfd)
        _, wait_status = os.waitpid(self.children.pop(number), 0)
        limit = "memory" if number in self.over_limit else None
        if not os.read(seal := self.seals.pop(number), 1):
            limit = "sandbox"  # it came to no code of the student's
        os.close(seal)
        status = os.waitstatus_to_exitcode(wait_status)
        told = json.dumps({"ended": number, "status": status, "limit": limit}).encode()
        with contextlib.suppress(OSError):  # the grader is gone: `run` sees it, and ends the others
            self.control.send(told)

    def _watch_memory(self) -> None:
        """Kill a child whose processes together hold more than the limit, beyond the host's own."""
        if not self.children:
            return
        parents, held = self._memory.processes()
        groups: dict[int, list[int]] = {pid: [] for pid in self.children.values()}
        for pid in held:
            root = pid
            while root not in groups and parents.get(root, 0) > 1:
                root = parents[root]
            if root in groups:
                groups[root].append(pid)
        for number, pid in self.children.items():
            if self._is_too_much({one: held[one] for one in groups[pid]}):
                self.over_limit.add(number)
                self._kill(pid)

    def _is_too_much(self, held: dict[int, int]) -> bool:
        """Whether these processes hold more than the limit.

        What each inherited from the host stands in its numbers, and is there once. Only the slow
        ones tell how often a page is shared: they are read where the fast ones leave a doubt.
        """
        limit: int = self.limits["memory"]
        if sum(max(0, size - self.rss_bytes) for size in held.values()) > limit:
            return True
        if sum(held.values()) - self.rss_bytes <= limit:
            return False
        return bool(self._memory.shares(held, self.rss_bytes) - self.rss_bytes > limit)


def _texts(root: Path) -> Iterator[str]:
    """The submission's files, cut where they are longer than anybody writes."""
    for path in sorted(root.glob("exercises/ex*/*.py")):
        with contextlib.suppress(OSError):
            yield path.read_bytes()[:200_000].decode(errors="replace")


def _own_folder() -> str:
    """A folder of its own for an app without a sandbox."""
    import tempfile

    return tempfile.mkdtemp(prefix="app-", dir=os.environ["HOME"])


def _receive(control: socket.socket) -> tuple[bytes, list[int]]:
    data, ancillary, _, _ = control.recvmsg(65536, socket.CMSG_SPACE(3 * 4))
    fds: array.array[int] = array.array("i")
    for _, _, payload in ancillary:
        fds.frombytes(payload[: len(payload) // 4 * 4])
    return data, list(fds)


def host() -> App | None:
    """Read the settings, warm up, serve; returns in every child what it is to be."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(control.recv(65536))
    sys.path[:0] = settings["paths"]
    threading.stack_size(STACK_BYTES)
    gc.disable()  # all that is imported stays
    from guest import confine, warm

    if settings["sandbox"]:
        confine.forbid_user_namespaces()
    warm.warm_up(_texts(Path(settings["paths"][0])))
    gc.collect()
    gc.freeze()
    gc.enable()
    control.send(READY)
    return Host(control, settings).run()


def live(app: App) -> int:
    """A child's life: be shut in, then serve; returns its exit status."""
    from guest.channel import Door  # type: ignore[import-not-found]

    door = Door(DOOR)
    # Before the limit on open files: it also counts what others of this user have sent, unread.
    door.open()
    if app.shut_in:
        from guest.confine import confine  # type: ignore[import-not-found]

        confine(*app.shut_in)
        os.chdir("/tmp")
    else:
        os.setsid()
        os.chdir(_own_folder())
    from guest.serve import serve  # type: ignore[import-not-found]

    os.write(SEAL, b"1")
    os.close(SEAL)
    return int(serve(LISTENER, door, app.file, app.module))


def main() -> None:
    """Be the host, or one of its children, which never returns."""
    app = host()
    if app is None:
        return
    status = 70
    try:
        status = live(app)
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status & 0xFF)


if __name__ == "__main__":
    main()
