"""The desk: every call of an app's process arrives here, is checked, and is answered by a fake."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from grader.fakes import calls
from grader.fakes.clock import FakeClock
from grader.fakes.faults import Faults
from grader.fakes.mailer import FakeMailer
from grader.fakes.storage import FakeStorage
from grader.fakes.web import FakeWeb, WebError
from grader.timeline import Timeline

MAX_CALLS = 20_000
MAX_NESTING = 30
Handler = Callable[[Any, bytes], tuple[Any, bytes]]


class Desk:
    """The fakes of one check, and what the app's process has said about itself.

    What the process says about itself (`ready`, `failure`, `finished`) tunes how long the grader
    waits and what it tells the student; it is never a verdict.
    """

    def __init__(self) -> None:
        self.timeline = Timeline()
        self.clock = FakeClock(self.timeline)
        self.mailer = FakeMailer(self.clock)
        self.storage = FakeStorage(self.clock)
        self.web = FakeWeb(self.clock)
        # Held back, so that requests at the same time are all there before one goes on.
        self.responses = Faults()
        self.ready = False
        self.failure: tuple[str, str] | None = None  # one line, traceback
        self.finished = 0
        self.programs = False  # it has started others, of which nothing is seen
        self.notices: list[str] = []
        self._lock = threading.Lock()
        self._asleep: set[int] = set()
        self._count = 0
        self._handlers = self._table()

    def _table(self) -> dict[str, tuple[type[calls.Args], Handler, Faults | None]]:
        store = self.storage
        return {
            "mail.send": (calls.Send, self.mailer.send, self.mailer.faults),
            "storage.insert": (calls.Insert, store.insert, None),
            "storage.update": (calls.Update, store.update, None),
            "storage.get": (calls.Get, store.get, None),
            "storage.find": (calls.Find, store.find, None),
            "storage.save_file": (calls.File, store.save_file, store.save_faults),
            "storage.read_file": (calls.File, store.read_file, None),
            "storage.audit": (calls.Audit, store.audit, None),
            "storage.audit_log": (calls.Nothing, store.audit_log, None),
            "web.request": (calls.Web, self.web.answer, None),
            "task.raised": (calls.Raised, self._raised("task.raised"), None),
            "endpoint.raised": (calls.Raised, self._raised("endpoint.raised"), None),
            "image.decoded": (calls.Decoded, self._decoded, None),
            "response.held": (calls.Nothing, self._held, self.responses),
            "request.finished": (calls.Nothing, self._finished, None),
            "program.started": (calls.Nothing, self._program, None),
            "app.ready": (calls.Nothing, self._ready, None),
            "app.failed": (calls.Failed, self._failed, None),
        }

    def answer(self, message: Any, blob: bytes) -> tuple[dict[str, Any], bytes]:
        """Answer one call; never raises for what the app's process sent."""
        with self._lock:
            self._count += 1
            if nesting(message) > MAX_NESTING:
                return self._refuse("TypeError", "a value is nested too deeply")
            try:
                call = calls.Call.model_validate(message)
                if self._count > MAX_CALLS and not call.again:
                    return self._refuse("ConnectionError", "too many calls in one check")
                return self._act(call, blob)
            except ValidationError as error:
                return self._refuse("TypeError", _first(error))
            except WebError as error:
                return {"error": error.kind, "text": str(error)}, b""
            except Exception as error:
                if type(error).__name__ not in ("MailError", "StorageError", "FileNotFoundError"):
                    raise
                return {"error": type(error).__name__, "text": str(error)}, b""

    def _act(self, call: calls.Call, blob: bytes) -> tuple[dict[str, Any], bytes]:
        if call.call == "clock.sleep":
            return self._sleep(call), b""
        if call.call not in self._handlers:
            return self._refuse("TypeError", f"no such call: {call.call[:60]!r}")
        model, handler, faults = self._handlers[call.call]
        args = model.model_validate(call.args)
        wait = faults.waits(call.id, call.request, args.blocking) if faults else None
        if wait:
            if not call.again:
                self.wake()  # a suite may wait for somebody to be held
            return {"wait": wait}, b""
        before = len(self.timeline)
        value, data = handler(args, blob)
        if call.own_thread:
            self.timeline.on_own_threads.update(range(before, len(self.timeline)))
        # Through JSON, so that nothing the app later changes, or the fake, is shared in process.
        return {"value": json.loads(json.dumps(value))}, data

    def _sleep(self, call: calls.Call) -> dict[str, Any]:
        args = calls.Sleep.model_validate(call.args)
        if call.id not in self._asleep:
            self._asleep.add(call.id)
            self.clock.sleep(args, b"")
        return {"wait": self.clock.faults.waits(call.id, call.request, args.blocking)}

    def _refuse(self, kind: str, text: str) -> tuple[dict[str, Any], bytes]:
        if len(self.notices) < 10:
            self.notices.append(f"a message of the app was refused: {text}")
        return {"error": kind, "text": text}, b""

    def _raised(self, kind: str) -> Handler:
        def handler(args: calls.Raised, _blob: bytes) -> tuple[None, bytes]:
            self.clock.record(kind, error=args.error, text=args.text, traceback=args.traceback)
            return None, b""

        return handler

    def _decoded(self, args: calls.Decoded, _blob: bytes) -> tuple[None, bytes]:
        self.clock.record("image.decoded", pixels=args.pixels)
        return None, b""

    def _held(self, _args: calls.Args, _blob: bytes) -> tuple[None, bytes]:
        self.clock.record("response.held")
        return None, b""

    def _finished(self, _args: calls.Args, _blob: bytes) -> tuple[None, bytes]:
        self.finished += 1
        self.clock.record("request.finished")
        return None, b""

    def _program(self, _args: calls.Args, _blob: bytes) -> tuple[None, bytes]:
        self.programs = True
        return None, b""

    def _ready(self, _args: calls.Args, _blob: bytes) -> tuple[None, bytes]:
        self.ready = True
        self.wake()
        return None, b""

    def _failed(self, args: calls.Failed, _blob: bytes) -> tuple[None, bytes]:
        self.failure = self.failure or (args.text, args.traceback)
        self.wake()
        return None, b""

    def release(self) -> None:
        """Let everybody go on who is held: a check may end before its suite says so."""
        held = (self.clock.faults, self.mailer.faults, self.storage.save_faults, self.responses)
        for faults in held:
            faults.release()

    def wake(self) -> None:
        """Tell whoever waits for an event to look again."""
        if self.timeline.on_append:
            self.timeline.on_append()


def _first(error: ValidationError) -> str:
    problem = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"[:200]


def nesting(value: Any) -> int:
    """How deep lists and dictionaries stand inside each other, without recursion."""
    depth, level = 0, [value]
    while level:
        depth += 1
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner += item.values()
            elif isinstance(item, list):
                inner += item
        level = inner
    return depth
