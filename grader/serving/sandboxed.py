"""Serve a submission from the sandbox: a fresh process for each check, one forked ahead."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from grader.fakes.desk import Desk
from grader.serving.app import AppStopped, NoAnswer, Waiter, why_500
from grader.serving.bubblewrap import SandboxError
from grader.serving.host import Ended, WarmHost
from grader.serving.limits import Limits
from grader.serving.tap import Tap
from grader.serving.wire import Buffered, Line, is_stream_socket

MAX_DYING = 2
DYING_S = 1.0  # an app that was killed breaks a connection off before its end is told
MAX_LINES = 32  # processes of one app that may call out
SIGNALS: dict[int, str] = {signal.SIGXCPU: "processor time", signal.SIGXFSZ: "file size"}


class AppProcess:
    """One forked app, from its birth: the grader's ends of its listener, door and output."""

    def __init__(self, host: WarmHost, file: str, module: str) -> None:
        self.folder = tempfile.mkdtemp(prefix="aw-")
        self.address = f"{self.folder}/s"
        self.ended: Ended | None = None
        self.on_end: Callable[[], None] = lambda: None
        self.door, their_door = socket.socketpair()
        self.output, their_output = os.pipe()
        with socket.socket(socket.AF_UNIX) as listener, their_door:
            _bind(listener, self.folder)
            listener.listen(64)
            fds = [listener.fileno(), their_door.fileno(), their_output]
            self._host = host
            try:
                self.number = host.spawn(file, module, fds, self._ended)
            finally:
                os.close(their_output)
        self.door.setblocking(False)
        os.set_blocking(self.output, False)

    def _ended(self, ended: Ended) -> None:
        self.ended = ended
        self.on_end()

    def kill(self) -> None:
        """Have it killed with all that it started; `end` waits until that is done."""
        if self.ended is None:
            self._host.kill(self.number)

    async def end(self) -> None:
        """Kill it, wait until nothing of it is left, and clean up."""
        if self.ended is None:
            waiter = Waiter()
            self.on_end = waiter.wake
            self.kill()
            await waiter.until(lambda: self.ended is not None, 10.0)
        self.release()

    def release(self) -> None:
        """Close the grader's ends and remove the socket's folder."""
        self.door.close()
        os.close(self.output)
        shutil.rmtree(self.folder, ignore_errors=True)


class SandboxedApp:
    """A served app, seen from outside; satisfies `grader.serving.app.Served`."""

    def __init__(self, process: AppProcess, desk: Desk, limits: Limits) -> None:
        self.desk = desk
        self._process = process
        self._limits = limits
        self._tap = Tap(desk)
        self._waiter = Waiter()
        self._lines: list[Line] = []
        self._buffered = Buffered()
        self._output = bytearray()
        self._sent = 0
        self._deadline = asyncio.get_running_loop().time() + limits.check_s
        process.on_end = self._waiter.wake
        desk.timeline.on_append = self._waiter.wake
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(process.door, self._open_line)
        self._loop.add_reader(process.output, self._read_output)
        self.client = httpx.AsyncClient(
            transport=_Transport(self),
            base_url="http://localhost",
            headers={"accept-encoding": "identity"},
            trust_env=False,
        )

    @property
    def output(self) -> str:
        """What the app printed, cut at the limit."""
        self._read_output()
        return self._output.decode(errors="replace")

    async def ready(self) -> None:
        """Wait until the app answers. Raises AppStopped with the reason when it never will."""
        done = await self._waiter.until(
            lambda: self.desk.ready or self.desk.failure is not None or self._dead,
            self._limits.start_s,
        )
        if self.desk.ready:
            return
        if self.desk.failure is not None:
            raise AppStopped(*self.desk.failure)
        if self._process.ended and self._process.ended.limit == "sandbox":
            raise SandboxError("a sandbox for an app could not be built; is a `ulimit` too low?")
        if self._dead:
            raise AppStopped(f"the app ended while starting ({self._how()})")
        assert not done
        raise AppStopped(
            f"the app did not start within {self._limits.start_s:g} s: something at the top of your"
            " file takes long or never ends, such as `uvicorn.run(app)`, a loop or a sleep"
        )

    async def until(self, condition: Callable[[], bool]) -> bool:
        """Wait until the condition holds; False when the app died or the check's time is up."""
        await self._waiter.until(lambda: condition() or self._dead, self._left())
        return condition()

    async def settle(self) -> None:
        """Wait for all requests and their background work. Raises AppStopped if that never ends."""
        if await self.until(lambda: self.desk.finished >= self._sent):
            return
        if self._dead:
            raise AppStopped(f"the app ended during the check ({self._how()})")
        raise AppStopped(f"background work did not end within {self._limits.check_s:g} s")

    async def send(self, request: httpx.Request) -> httpx.Response:
        """One request on a connection of its own."""
        self._sent += 1
        sent = self._sent
        with socket.socket(socket.AF_UNIX) as sock:
            sock.setblocking(False)
            with contextlib.suppress(OSError):
                sock.connect(self._process.address)
            try:
                left = self._left()
                if left <= 0:
                    raise AppStopped(f"the {self._limits.check_s:g} s of this check are used up")
                seconds = min(self._limits.request_s, left)
                answer = await self._tap.exchange(sock, request, self._limits.response, seconds)
                await why_500(answer, self.desk, sent, self._waiter)
                return answer
            except AppStopped as error:
                patience = 0.0 if isinstance(error, NoAnswer) else DYING_S
                await self._waiter.until(lambda: self._dead, patience)
                if self._dead:
                    raise AppStopped(f"the app ended during the check ({self._how()})") from None
                raise

    async def stop(self) -> None:
        """Let go of the app and have it killed; whoever serves it waits until it is gone."""
        await self.client.aclose()
        self.desk.timeline.on_append = None
        self._read_output()
        self._loop.remove_reader(self._process.door)
        self._loop.remove_reader(self._process.output)
        for line in self._lines:
            line.close()
        self._process.on_end = lambda: None
        self._process.kill()

    @property
    def _dead(self) -> bool:
        return self._process.ended is not None

    def _left(self) -> float:
        return max(0.0, self._deadline - asyncio.get_running_loop().time())

    def _how(self) -> str:
        ended = self._process.ended
        assert ended is not None
        if ended.limit == "memory":
            return f"memory limit of {self._limits.memory >> 20} MB reached"
        if ended.status < 0:
            number = -ended.status
            limit = SIGNALS.get(number)
            return f"{limit} limit reached" if limit else _name(number)
        return f"status {ended.status}"

    def _open_line(self) -> None:
        try:
            data, fds, _, _ = socket.recv_fds(self._process.door, 1, 1)
        except BlockingIOError:
            return
        except OSError:
            data, fds = b"", []
        if not data:
            self._loop.remove_reader(self._process.door)
        for fd in fds:
            if len(self._lines) < MAX_LINES and is_stream_socket(fd):
                sock = socket.socket(fileno=fd)
                limits = self._limits
                line = Line(sock, self._tap.answer, limits.message, limits.file, self._buffered)
                self._lines.append(line)
            else:
                os.close(fd)

    def _read_output(self) -> None:
        with contextlib.suppress(BlockingIOError, OSError):
            data = os.read(self._process.output, 1 << 16)
            self._output += data[: max(0, self._limits.output - len(self._output))]
            if not data:
                self._loop.remove_reader(self._process.output)


def _name(number: int) -> str:
    """Of a signal; real-time signals have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _bind(listener: socket.socket, folder: str) -> None:
    """As a path without one of ours in it: the app has this socket, and can ask for its name."""
    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        listener.bind(f"/proc/self/fd/{fd}/s")
    finally:
        os.close(fd)


class _Transport(httpx.AsyncBaseTransport):
    """httpx's seam: every request of the suite's client goes through the tap."""

    def __init__(self, app: SandboxedApp) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._app.send(request)


class SandboxedServer:
    """Serves the apps of one submission, check by check, with a process forked ahead."""

    def __init__(self, host: WarmHost, limits: Limits) -> None:
        self._host = host
        self._limits = limits
        self._spare: tuple[str, AppProcess] | None = None
        self._dying: list[AppProcess] = []

    @asynccontextmanager
    async def serve(self, file: str, module: str) -> AsyncIterator[SandboxedApp]:
        """A fresh app, ready to answer. Raises AppStopped when it does not start."""
        process = await self._take(file, module)
        app = SandboxedApp(process, Desk(), self._limits)
        try:
            await app.ready()
            self._spare = (file, AppProcess(self._host, file, module))
            yield app
        finally:
            await app.stop()
            await self._bury(process)

    async def _bury(self, process: AppProcess) -> None:
        """Its namespaces take some milliseconds to go; meanwhile the next check may begin."""
        self._dying.append(process)
        while len(self._dying) > MAX_DYING or (self._dying and self._dying[0].ended is not None):
            await self._dying.pop(0).end()

    async def _take(self, file: str, module: str) -> AppProcess:
        spare, self._spare = self._spare, None
        if spare is not None and spare[0] == file:
            return spare[1]
        if spare is not None:
            await spare[1].end()
        return AppProcess(self._host, file, module)

    def close(self) -> None:
        """Have the processes that are left killed, and let go of them."""
        if self._spare is not None:
            self._spare[1].kill()
            self._dying.append(self._spare[1])
            self._spare = None
        while self._dying:
            self._dying.pop().release()
