"""Run `grader serve` on a copy of an app, on free ports, and stop it again."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30


@dataclass
class Served:
    """A running `grader serve`: its file, its two addresses, what it has printed."""

    process: subprocess.Popen[str]
    file: Path
    app: str = ""
    page: str = ""
    printed: list[str] = field(default_factory=list)

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            if found := re.match(r"(your app|its timeline)\s+(http://127\.0\.0\.1:\d+)", line):
                setattr(self, "app" if found[1] == "your app" else "page", found[2])

    def says(self, words: str, times: int = 1) -> bool:
        return until(lambda: "".join(self.printed).count(words) >= times)


def until(condition: Callable[[], object]) -> bool:
    """Whether the condition comes true while there is patience."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def serving(app: str | Path, folder: Path, port: int = 0) -> Iterator[Served]:
    """`grader serve ex1` on a copy of the file `app` in `folder`."""
    file = folder / "app.py"
    shutil.copyfile(ROOT / app, file)
    environment = {**os.environ, "AFTERWARDS_DATA": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "grader", "serve", "ex1", "--app", str(file)]
    process = subprocess.Popen(
        [*command, "--port", str(port)], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    served = Served(process, file)
    reader = threading.Thread(target=served.read)
    reader.start()
    try:
        assert served.says("startup complete"), served.printed
        yield served
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        reader.join(PATIENCE_SECONDS)
        assert process.stdout is not None
        process.stdout.close()


def free_port() -> int:
    """A port that is free, as is the next one."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as one:
            port = one.getsockname()[1]
            with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port + 1)):
                return int(port)


def register(served: Served, email: str = "ada@example.com") -> httpx.Response:
    """Register Ada at exercise 1."""
    user = {"name": "Ada", "email": email}
    return httpx.post(f"{served.app}/users", json=user, timeout=PATIENCE_SECONDS)
