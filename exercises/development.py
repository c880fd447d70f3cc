"""The services while you develop: mails and files you can open, rows that survive a restart.

Everything is kept under `.data/`, or under the folder that the environment variable
`AFTERWARDS_DATA` names. Delete that folder to start afresh.
"""

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

from exercises.services import MailError, StorageError, checked_bytes, checked_path, plain

AUDIT = "(audit log)"  # kept as one more table
SCHEMA = """CREATE TABLE IF NOT EXISTS rows
    (n INTEGER PRIMARY KEY, table_name TEXT, id TEXT, row TEXT, UNIQUE (table_name, id))"""
NEXT_ID = """SELECT 1 + coalesce(max(CAST(id AS INTEGER)), 0) FROM rows
    WHERE table_name = ? AND id NOT GLOB '*[^0-9]*' AND length(id) < 16"""

_one_at_a_time = threading.Lock()


def mailer() -> "OutboxMailer":
    """The mailer for development."""
    return OutboxMailer()


def storage() -> "DiskStorage":
    """The storage for development."""
    return DiskStorage()


def _folder() -> Path:
    return Path(os.environ.get("AFTERWARDS_DATA") or ".data")


class OutboxMailer:
    """Writes each mail as an `.eml` file, which mail programs open, and a line to the console."""

    def send(self, to: str, subject: str, body: str) -> None:
        """Send one mail."""
        now = datetime.now().astimezone()
        name = f"{now:%Y%m%d-%H%M%S-%f}-{uuid4().hex[:8]}.eml"
        mail = EmailMessage()
        try:
            mail["From"], mail["Date"] = "app@localhost", now
            mail["To"], mail["Subject"] = to, subject
            mail.set_content(body)
            outbox = _folder() / "outbox"
            outbox.mkdir(parents=True, exist_ok=True)
            (outbox / name).write_bytes(mail.as_bytes())
        except (ValueError, OSError) as error:  # a line break in the subject; a full disk
            raise MailError(str(error)) from error
        # One write, so that threads do not mix their lines; to stderr, as uvicorn's own log.
        sys.stderr.write(f"[mail] to {to}: {subject} ({name})\n")


class DiskStorage:
    """Rows and the audit log in SQLite, files in a folder; for any thread and any process."""

    def insert(self, table: str, /, **row: Any) -> Any:
        """Add a row and return its id."""
        row = plain(row)
        with self._database() as db:
            if row.get("id") is None:
                row["id"] = db.execute(NEXT_ID, [table]).fetchone()[0]
            elif _row(db, table, row["id"]) is not None:
                raise StorageError(f"table {table!r} has a row with id {row['id']!r} already")
            values = [table, str(row["id"]), json.dumps(row)]
            db.execute("INSERT INTO rows (table_name, id, row) VALUES (?, ?, ?)", values)
        return row["id"]

    def update(self, table: str, row_id: Any, /, **changes: Any) -> None:
        """Change columns of one row."""
        with self._database() as db:
            row = _row(db, table, row_id)
            if row is None:
                raise StorageError(f"table {table!r} has no row with id {str(row_id)!r}")
            values = [json.dumps(row | plain(changes)), table, str(row_id)]
            db.execute("UPDATE rows SET row = ? WHERE table_name = ? AND id = ?", values)

    def get(self, table: str, row_id: Any, /) -> dict[str, Any] | None:
        """The row with this id, or None."""
        with self._database() as db:
            return _row(db, table, row_id)

    def find(self, table: str, /, **where: Any) -> list[dict[str, Any]]:
        """All rows whose columns equal `where`, oldest first."""
        with self._database() as db:
            found = db.execute("SELECT row FROM rows WHERE table_name = ? ORDER BY n", [table])
            rows = [json.loads(text) for (text,) in found]
        wanted = plain(where).items()
        return [row for row in rows if row.items() >= wanted]

    def save_file(self, path: str, data: bytes) -> None:
        """Write a file, replacing one that is there."""
        data, target = checked_bytes(data), _folder() / "files" / checked_path(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError as error:
            raise StorageError(str(error)) from error

    def read_file(self, path: str) -> bytes:
        """The bytes of a file."""
        target = _folder() / "files" / checked_path(path)
        if not target.is_file():
            raise FileNotFoundError(path)
        return target.read_bytes()

    def audit(self, action: str, /, **details: Any) -> None:
        """Append one entry to the audit log."""
        self.insert(AUDIT, entry={**details, "action": action})

    def audit_log(self) -> list[dict[str, Any]]:
        """All audit entries, oldest first."""
        return [row["entry"] for row in self.find(AUDIT)]

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on a connection of its own: threads may not share one."""
        path = _folder() / "data.sqlite"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _one_at_a_time, closing(sqlite3.connect(path, 20, isolation_level=None)) as db:
                db.execute("BEGIN IMMEDIATE")  # waits up to 20 seconds for another process
                db.execute(SCHEMA)
                yield db
                db.execute("COMMIT")  # not reached after an error: closing undoes the changes
        except (sqlite3.Error, OSError) as error:
            raise StorageError(str(error)) from error


def _row(db: sqlite3.Connection, table: str, row_id: Any) -> dict[str, Any] | None:
    query = "SELECT row FROM rows WHERE table_name = ? AND id = ?"
    found = db.execute(query, [table, str(row_id)]).fetchone()
    return json.loads(found[0]) if found else None
