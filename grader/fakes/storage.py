"""FakeStorage: rows, files and the audit log, kept outside the app."""

from __future__ import annotations

import copy
import json
from typing import Any

from grader.fakes.calls import Args, Audit, File, Find, Get, Insert, Update
from grader.fakes.clock import FakeClock
from grader.fakes.faults import Faults
from grader.fakes.weight import weight

MAX_STORED_BYTES = 64 << 20
MAX_ROWS = 2_000
MAX_ROW_BYTES = 256 << 10
MAX_RECORDED = 16 << 20  # weight of all rows on the timeline: each event has the row as it was


class StorageError(Exception):
    """Stands for `exercises.services.StorageError` in the app."""


class FakeStorage:
    """The storage behind `exercises.services`.

    `files` maps a path to its bytes; `log` holds audit entries, oldest first; `rows(table)` gives
    copies of rows, each with its `id`. A row is replaced and never changed, so that the timeline
    may hold it too.
    """

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._tables: dict[str, dict[str, dict[str, Any]]] = {}
        self._recorded = 0
        self.save_faults = Faults()
        self.files: dict[str, bytes] = {}
        self.log: list[dict[str, Any]] = []

    def fail_next_save(self, times: int = 1) -> None:
        """Make the next `times` calls of save_file raise StorageError in the app."""
        self.save_faults.fail_next(times)

    def slow_saves(self) -> None:
        """Make each save_file take a while: what does not wait for it overtakes it."""
        self.save_faults.slow()

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, oldest first."""
        return [copy.deepcopy(row) for row in self._tables.get(table, {}).values()]

    def row(self, table: str, value: Any) -> dict[str, Any] | None:
        """The row whose id is `value`; else the first in which any column holds it; else None."""
        rows = self._tables.get(table, {}).values()
        by_id = (row for row in rows if str(row["id"]) == str(value))
        found = next(by_id, None) or next((row for row in rows if holds(row, value)), None)
        return copy.deepcopy(found)

    def insert(self, args: Insert, _blob: bytes) -> tuple[Any, bytes]:
        """Add a row."""
        rows = self._tables.setdefault(args.table, {})
        row_id = args.row.get("id")
        if row_id is None:
            numbers = [int(key) for key in rows if key.isdecimal() and len(key) < 16]
            row_id = max(numbers, default=0) + 1
        if str(row_id) in rows:
            raise StorageError(f"table {args.table!r} has a row with id {row_id!r} already")
        if sum(map(len, self._tables.values())) >= MAX_ROWS:
            raise StorageError("the storage is full")
        row = self._weighed({**args.row, "id": row_id})
        rows[str(row_id)] = row
        self._clock.record("row.inserted", table=args.table, row=row)
        return row_id, b""

    def update(self, args: Update, _blob: bytes) -> tuple[None, bytes]:
        """Change one row."""
        rows = self._tables.get(args.table, {})
        if args.row_id not in rows:
            raise StorageError(f"table {args.table!r} has no row with id {args.row_id!r}")
        row = self._weighed({**rows[args.row_id], **args.changes})
        rows[args.row_id] = row
        self._clock.record("row.updated", table=args.table, changes=dict(args.changes), row=row)
        return None, b""

    def _weighed(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row itself. Raises StorageError when it is too large, or all of them are."""
        text = json.dumps(row)
        if len(text) > MAX_ROW_BYTES:
            raise StorageError("the row is too large")
        recorded = self._recorded + weight(row, text)
        if recorded > MAX_RECORDED:
            raise StorageError("the storage is full")
        self._recorded = recorded
        return row

    def get(self, args: Get, _blob: bytes) -> tuple[dict[str, Any] | None, bytes]:
        """Read one row."""
        return self._tables.get(args.table, {}).get(args.row_id), b""

    def find(self, args: Find, _blob: bytes) -> tuple[list[dict[str, Any]], bytes]:
        """Read the rows that match."""
        rows = self._tables.get(args.table, {}).values()
        return [row for row in rows if row.items() >= args.where.items()], b""

    def save_file(self, args: File, blob: bytes) -> tuple[None, bytes]:
        """Keep a file."""
        stored = sum(map(len, self.files.values()))
        if self.save_faults.fails() or stored + len(blob) > MAX_STORED_BYTES:
            self._clock.record("file.refused", path=args.path, bytes=len(blob))
            raise StorageError("the disk is full")
        self.files[args.path] = blob
        self._clock.record("file.saved", path=args.path, bytes=len(blob))
        return None, b""

    def read_file(self, args: File, _blob: bytes) -> tuple[None, bytes]:
        """Give a file back."""
        if args.path not in self.files:
            raise FileNotFoundError(args.path)
        return None, self.files[args.path]

    def audit(self, args: Audit, _blob: bytes) -> tuple[None, bytes]:
        """Keep one audit entry."""
        self.log.append({**args.details, "action": args.action})
        self._clock.record("audit.recorded", action=args.action, details=dict(args.details))
        return None, b""

    def audit_log(self, _args: Args, _blob: bytes) -> tuple[list[dict[str, Any]], bytes]:
        """Give the audit log back."""
        return self.log, b""


def holds(row: dict[str, Any], value: Any) -> bool:
    """Whether any column of the row is `value`, or is it written as text."""
    return any(type(column) is not bool and str(column) == str(value) for column in row.values())
