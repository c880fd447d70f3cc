"""What your app may call: a mailer, and a storage that keeps rows, files and an audit log.

    from exercises.services import MailerDep, StorageDep

    @app.post("/users", status_code=201)
    def register(user: NewUser, storage: StorageDep, mailer: MailerDep): ...

`get_mailer()` and `get_storage()` return the same objects where `Depends` does not reach: in a
task, in a class, at module level. All calls are plain calls (never `await` them) and may be made
from `def` and from `async def`, from any thread.

While you develop (`uvicorn exercises.ex1.app:app --reload`) mails become files in
`.data/outbox/`, files land in `.data/files/`, rows and the audit log in `.data/data.sqlite`.
When the checks run, the same names reach fakes that the checks look at.
"""

import json
from typing import Annotated, Any, Protocol

from fastapi import Depends
from fastapi.encoders import jsonable_encoder

MAX_BYTES = 60_000  # of the values of one call


class MailError(Exception):
    """The mail could not be sent."""


class StorageError(Exception):
    """The storage could not do what was asked: disk full, no such row, an id that is taken."""


class Mailer(Protocol):
    """Sends mail."""

    def send(self, to: str, subject: str, body: str) -> None:
        """Send one mail. Raises MailError when it cannot be sent."""


class Storage(Protocol):
    """Keeps rows in named tables, files under relative paths, and an audit log.

    Values are what JSON can say; dates, UUIDs, enums and pydantic models are turned into it.
    One call takes up to 60 kB of them, else it raises StorageError: what is larger is a file.
    """

    def insert(self, table: str, /, **row: Any) -> Any:
        """Add a row and return its id: the `id` you pass, or the next whole number.

        Raises StorageError when the id is taken.
        """

    def update(self, table: str, row_id: Any, /, **changes: Any) -> None:
        """Change columns of one row. Raises StorageError when there is no such row."""

    def get(self, table: str, row_id: Any, /) -> dict[str, Any] | None:
        """The row with this id (one of its keys is `id`), or None. `1` and `"1"` are the same."""

    def find(self, table: str, /, **where: Any) -> list[dict[str, Any]]:
        """All rows, oldest first, whose columns equal `where`; every row without `where`."""

    def save_file(self, path: str, data: bytes) -> None:
        """Write a file, replacing one that is there. Raises StorageError when it cannot."""

    def read_file(self, path: str) -> bytes:
        """The bytes of a file. Raises FileNotFoundError when there is none."""

    def audit(self, action: str, /, **details: Any) -> None:
        """Append one entry to the audit log."""

    def audit_log(self) -> list[dict[str, Any]]:
        """All audit entries, oldest first: `{"action": ..., **details}`."""


_provided: dict[str, Any] = {}


def provide(mailer: Mailer | None, storage: Storage | None) -> None:
    """Make these the services from now on; None goes back to the development ones."""
    _provided.clear()
    _provided.update({"mailer": mailer, "storage": storage})


def get_mailer() -> Mailer:
    """The mailer, wherever you are."""
    return _service("mailer")  # type: ignore[no-any-return]


def get_storage() -> Storage:
    """The storage, wherever you are."""
    return _service("storage")  # type: ignore[no-any-return]


def _service(name: str) -> Any:
    if _provided.get(name) is None:
        from exercises import development  # not needed, and not there, while checks run

        _provided[name] = getattr(development, name)()
    return _provided[name]


MailerDep = Annotated[Mailer, Depends(get_mailer)]
StorageDep = Annotated[Storage, Depends(get_storage)]


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """`values` as JSON can say it: dates become ISO strings, UUIDs strings, enums their values.

    Raises StorageError where that is over 60 kB.
    """
    encoded = jsonable_encoder(values)
    size = len(json.dumps(encoded, ensure_ascii=False).encode(errors="replace"))
    if size > MAX_BYTES:
        raise StorageError(f"{size:,} bytes in a row or an entry; save more than 60 kB as a file")
    return encoded  # type: ignore[no-any-return]


def checked_path(path: str) -> str:
    """`path` when it is relative and stays inside the storage; StorageError otherwise."""
    parts = str(path).split("/")
    if not path or len(path) > 200 or "\\" in path or "\0" in path or {"", ".", ".."} & set(parts):
        raise StorageError(f"{path!r} is not a path inside the storage, like 'reports/42.csv'")
    return str(path)


def checked_bytes(data: bytes) -> bytes:
    """`data` when it is bytes; a TypeError that says what to do otherwise."""
    if isinstance(data, str):
        raise TypeError("save_file takes bytes, not str: call .encode() on the text first")
    if not isinstance(data, bytes | bytearray | memoryview):
        raise TypeError(f"save_file takes bytes, not {type(data).__name__}")
    return bytes(data)
