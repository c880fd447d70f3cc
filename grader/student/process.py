"""The watcher's side of one worker process; what it finds comes as events."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.results import CheckResult, Outcome


@dataclass(frozen=True, slots=True)
class Found:
    """One check is over; `place` is its number on the page."""

    run: int
    place: int
    result: CheckResult


@dataclass(frozen=True, slots=True)
class Ended:
    """A run is over; `problem` is a line on why it ended early, or None."""

    run: int
    problem: str | None


Post = Callable[[Found | Ended], None]  # called from any thread


class Worker:
    """Is to run one part of an exercise's checks, and gets ready for it."""

    def __init__(self, exercise: str, app: Path, part: str) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by kill()
        paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
        environment = {**os.environ, "PYTHONPATH": paths}
        environment.pop("PYTEST_ADDOPTS", None)
        environment.pop("PYTEST_PLUGINS", None)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.student.worker", exercise, str(app), part],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the watcher, who ends this one itself
        )
        self._wanted = True
        self._gone = False
        self._ending = threading.Lock()

    @property
    def alive(self) -> bool:
        """Whether it can still be told to go."""
        return self._process.poll() is None

    def go(self, run: int, post: Post) -> None:
        """Run."""
        threading.Thread(target=self._listen, args=(run, post), daemon=True).start()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(b"go\n")
            self._process.stdin.flush()

    def _listen(self, run: int, post: Post) -> None:
        assert self._process.stdout is not None
        ended = False
        for line in self._process.stdout:
            message: dict[str, Any] = json.loads(line)
            if "check" in message and self._wanted:
                post(Found(run, message["place"], _result(message["check"])))
            ended = ended or "status" in message
        if self._wanted:
            post(Ended(run, None if ended else self._why()))
        self.kill()

    def _why(self) -> str:
        """Why a run ended without an end: the app did it, or the worker never came up."""
        self._process.wait()
        with contextlib.suppress(OSError, ValueError):
            self._errors.seek(0)
            lines = self._errors.read(20_000).decode(errors="replace").strip().splitlines()
            if lines:
                return lines[-1][:200]
        return f"the app ended the run (status {self._process.returncode})"

    def kill(self) -> None:
        """End the worker and what its app has started. The second time there is nothing to do."""
        with self._ending:
            self._wanted = False
            if self._gone:
                return
            self._gone = True
            if hasattr(os, "killpg"):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, 9)
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()
            self._errors.close()


def _result(data: dict[str, Any]) -> CheckResult:
    for name in ("timeline", "offending", "missing"):
        data[name] = tuple(data[name])
    return CheckResult(**{**data, "outcome": Outcome(data["outcome"])})
