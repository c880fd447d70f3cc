"""The mailer and the storage a student app talks to while it is checked: each call goes outside.

Their names stand in messages, as in `Storage.insert() takes 2 positional arguments`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from exercises import services

from .channel import Channel, Refused
from .clock import on_event_loop

ERRORS: dict[str, type[Exception]] = {
    "MailError": services.MailError,
    "StorageError": services.StorageError,
    "FileNotFoundError": FileNotFoundError,
    "TypeError": TypeError,
    "ConnectionError": ConnectionError,
}


@contextmanager
def _as_app_errors() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise ERRORS.get(refused.kind, RuntimeError)(str(refused)) from None


class _Proxy:
    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def _call(self, name: str, blob: bytes = b"", **args: Any) -> tuple[Any, bytes]:
        with _as_app_errors():
            return self._channel.call(name, blob, blocking=on_event_loop(), **args)


class Mailer(_Proxy):
    """`exercises.services.Mailer`, answered by the grader's FakeMailer."""

    def send(self, to: str, subject: str, body: str) -> None:
        """Send one mail."""
        self._call("mail.send", to=str(to), subject=str(subject), body=str(body))


class Storage(_Proxy):
    """`exercises.services.Storage`, answered by the grader's FakeStorage."""

    def insert(self, table: str, /, **row: Any) -> Any:
        """Add a row and return its id."""
        return self._call("storage.insert", table=table, row=services.plain(row))[0]

    def update(self, table: str, row_id: Any, /, **changes: Any) -> None:
        """Change columns of one row."""
        changes = services.plain(changes)
        self._call("storage.update", table=table, row_id=str(row_id), changes=changes)

    def get(self, table: str, row_id: Any, /) -> dict[str, Any] | None:
        """The row with this id, or None."""
        row: dict[str, Any] | None
        row = self._call("storage.get", table=table, row_id=str(row_id))[0]
        return row

    def find(self, table: str, /, **where: Any) -> list[dict[str, Any]]:
        """All rows whose columns equal `where`."""
        rows: list[dict[str, Any]]
        rows = self._call("storage.find", table=table, where=services.plain(where))[0]
        return rows

    def save_file(self, path: str, data: bytes) -> None:
        """Write a file."""
        blob = services.checked_bytes(data)
        self._call("storage.save_file", blob, path=services.checked_path(path))

    def read_file(self, path: str) -> bytes:
        """The bytes of a file."""
        return self._call("storage.read_file", path=services.checked_path(path))[1]

    def audit(self, action: str, /, **details: Any) -> None:
        """Append one entry to the audit log."""
        self._call("storage.audit", action=str(action), details=services.plain(details))

    def audit_log(self) -> list[dict[str, Any]]:
        """All audit entries, oldest first."""
        entries: list[dict[str, Any]] = self._call("storage.audit_log")[0]
        return entries


def provide(channel: Channel) -> None:
    """Make `get_mailer()` and `get_storage()` reach the grader through this channel."""
    services.provide(Mailer(channel), Storage(channel))


def withdraw() -> None:
    """Make them reach the development services again."""
    services.provide(None, None)
