"""What a reader has in front of them: a terminal for servers, and one for commands."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.lesson.pages import ROOT

PATIENCE_S = 30.0
SERVERS = ("uvicorn", "huey_consumer")
# No progress meter, which curl draws when nobody looks. The limit is curl's own: virtual time,
# which checks in this process may have started, confuses the timeouts of `subprocess`.
CURLRC = f"silent\nshow-error\nmax-time = {PATIENCE_S:g}\n"


class Server:
    """A process that goes on running; `lines` is what it printed so far."""

    def __init__(self, words: list[str], cwd: Path, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            words, cwd=cwd, env=env, text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()

    def wait_for(self, text: str, start: int = 0, seconds: float = PATIENCE_S) -> int:
        """The number of the line after the first one, from `start` on, that matches `text`."""
        pattern, looked = wildcard(text), start

        def found() -> bool:
            nonlocal looked
            while looked < len(self.lines):
                looked += 1
                if pattern.fullmatch(uniform(self.lines[looked - 1])):
                    return True
            return False

        with self._news:
            seen = self._news.wait_for(found, seconds)
        assert seen, f"never printed {text!r}, but:\n" + "\n".join(self.lines[start:])
        return looked

    def stop(self, how: int = signal.SIGKILL) -> int:
        """Send a signal to the process, and to those that it started; returns its status."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
        return self.ended()

    def ended(self) -> int:
        """Wait for the end of the process; returns its status."""
        self._reader.join(PATIENCE_S)  # it reads until the process has closed its output
        late = self._reader.is_alive()
        if late:
            os.killpg(self.process.pid, signal.SIGKILL)
            self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        status = self.process.wait()
        assert not late, "did not end:\n" + "\n".join(self.lines)
        return status


class Terminal:
    """Runs the commands of a page in a folder of their own, with localhost:8000 somewhere free."""

    def __init__(self, folder: Path) -> None:
        self.cwd = folder
        self.port = free_port()
        self.servers: dict[str, Server] = {}
        self._ids: dict[str, str] = {}
        (folder / ".curlrc").write_text(CURLRC)
        (folder / "README.md").write_text("a file\nto upload\n")
        bin_folder = str(Path(sys.executable).parent)
        unwanted = ("AFTERWARDS_", "PYTEST_", "COV_")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(unwanted)}
        self.env |= {"HOME": str(folder), "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
        self.env |= {"PYTHONPATH": str(ROOT), "no_proxy": "localhost", "COLUMNS": "100"}

    def serve(self, command: str) -> Server:
        """Start a server, in place of one of the same kind that still runs."""
        words = shlex.split(command)
        if words[0] in self.servers:
            self.servers.pop(words[0]).stop()
        if words[0] == "uvicorn":
            words += ["--port", str(self.port)]
        server = self.servers[words[0]] = Server(words, self.cwd, self.env)
        if words[0] == "uvicorn":
            server.wait_for("INFO:     Application startup complete.")
            wait_until_listening(self.port)
        else:
            server.wait_for("…consumer started…")
        return server

    def run(self, command: str) -> str:
        """What a command prints, with the port as the page has it."""
        command = command.replace("localhost:8000", f"localhost:{self.port}")
        for name, value in self._ids.items():
            command = command.replace(name, value)
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.cwd, env=self.env, text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        for name, value in re.findall(r'"(\w+_id)":"?([\w-]+)', done.stdout):
            self._ids[name.upper()] = value
        return done.stdout.replace(f"localhost:{self.port}", "localhost:8000").replace("\r", "")

    def type(self, command: str, expected: str) -> None:
        """Run a command and hold its output against the page; a question is asked again."""
        until = time.monotonic() + PATIENCE_S
        pattern = wildcard(joined(expected))
        asks = "curl" in command and not re.search("POST|DELETE|--json|-F", command)
        while True:
            printed = self.run(command)
            if pattern.fullmatch(joined(printed)):
                return
            again = asks and time.monotonic() < until
            assert again, f"$ {command}\n{printed}\nnot\n{expected}"

    def close(self) -> None:
        """End what still runs."""
        for server in self.servers.values():
            server.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_listening(port: int) -> None:
    """A server opens its port a moment after it says that it has started."""
    until = time.monotonic() + PATIENCE_S
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < until, f"nobody listens on port {port}"
        os.sched_yield()


def wildcard(text: str) -> re.Pattern[str]:
    """`…` stands for anything, or nothing."""
    return re.compile(".*".join(map(re.escape, text.split("…"))), re.DOTALL)


def uniform(line: str) -> str:
    """A printed line without what is different each time."""
    line = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:50000", line)
    return re.sub(r"\(\d{8}-\d{6}-\d+-\w+\.eml\)", "(….eml)", line)


def joined(text: str) -> str:
    """Output as it is compared: a body without a line break at its end meets the next line."""
    return "".join(text.split("\n"))
