"""The desk while you develop: calls are done by the real services, and told to the page."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from exercises import development
from exercises.services import MailError, StorageError

MAX_EVENTS_A_REQUEST = 300
MAX_DETAIL = 4_000
Reply = tuple[dict[str, Any], bytes]
Tell = Callable[[dict[str, Any]], None]

# What an app's process says of itself, drawn as it is.
FACTS = frozenset(
    {
        "request.received",
        "response.held",
        "response.started",
        "response.sent",
        "request.finished",
        "endpoint.raised",
        "task.raised",
        "image.decoded",
        "http.attempted",
        "clock.slept",
    }
)


class LiveDesk:
    """Answers a `grader.guest.channel.Channel`, as `grader.fakes.desk.Desk` does for checks.

    `tell` takes each message for the page, from any thread.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._mailer = development.mailer()
        self._storage = development.storage()
        self._counts: Counter[int] = Counter()
        self._lock = threading.Lock()

    def answer(self, message: dict[str, Any], blob: bytes) -> Reply:
        """Do one call; what the services refuse comes back as it would from them."""
        call, args, request = message["call"], message["args"], message["request"] or 0
        args.pop("blocking", None)
        if call in FACTS:
            self.record(request, call, args)
            return {"value": None}, b""
        if call in ("app.failed", "app.ready"):
            self._tell({"say": call, **args})
            return {"value": None}, b""
        try:
            return self._serve(call, args, blob, request)
        except (MailError, StorageError, FileNotFoundError) as error:
            refused = {"mail.send": "mail.refused", "storage.save_file": "file.refused"}.get(call)
            if refused:
                self.record(request, refused, {**args, "error": str(error)})
            return {"error": type(error).__name__, "text": str(error)}, b""

    def _serve(self, call: str, args: dict[str, Any], blob: bytes, request: int) -> Reply:
        store, value = self._storage, None
        if call == "mail.send":
            self._mailer.send(**args)
            self.record(request, "mail.sent", args)
        elif call == "storage.insert":
            value = store.insert(args["table"], **args["row"])
            row = {**args["row"], "id": value}
            self.record(request, "row.inserted", {"table": args["table"], "row": row})
        elif call == "storage.update":
            store.update(args["table"], args["row_id"], **args["changes"])
            self.record(request, "row.updated", args)
        elif call == "storage.save_file":
            store.save_file(args["path"], blob)
            self.record(request, "file.saved", {**args, "bytes": len(blob)})
        elif call == "storage.audit":
            store.audit(args["action"], **args["details"])
            self.record(request, "audit.recorded", args)
        else:
            return self._read(call, args)
        return {"value": value}, b""

    def _read(self, call: str, args: dict[str, Any]) -> Reply:
        """What changes nothing is not drawn, as in the checks."""
        store = self._storage
        if call == "storage.get":
            return {"value": store.get(args["table"], args["row_id"])}, b""
        if call == "storage.find":
            return {"value": store.find(args["table"], **args["where"])}, b""
        if call == "storage.read_file":
            return {"value": None}, store.read_file(args["path"])
        if call == "storage.audit_log":
            return {"value": store.audit_log()}, b""
        return {"error": "TypeError", "text": f"no such call: {call!r}"}, b""

    def record(self, request: int, kind: str, detail: dict[str, Any]) -> None:
        """Tell the page of one event; a request that never ends stops being drawn."""
        with self._lock:
            self._counts[request] += 1
            if self._counts[request] > MAX_EVENTS_A_REQUEST:
                return
            if len(json.dumps(detail, default=str)) > MAX_DETAIL:
                detail = {key: str(value)[:200] for key, value in list(detail.items())[:10]}
            event = {"at_s": time.monotonic(), "kind": kind, "detail": detail}
            self._tell({"say": "event", "request": request, "event": event})
