"""The calls an app's process may make: a closed grammar, checked before anything acts on it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=20_000)]
Name = Annotated[str, Field(max_length=200)]
Row = dict[Name, Any]
MANY = Field(max_length=200)


class Args(BaseModel):
    """`blocking`: the call was made on the event loop's own thread, so the server stands still."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    blocking: bool = False


class Call(BaseModel):
    """The envelope. `again` marks a repeated question after an answer "wait"; `own_thread` a call
    on a thread that the app started. What it says of itself tunes words, never a verdict."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    call: Name
    id: Annotated[int, Field(ge=0, lt=2**53)]
    request: Annotated[int, Field(ge=0, lt=2**53)] | None
    args: dict[str, Any]
    again: bool = False
    own_thread: bool = False


class Send(Args):  # noqa: D101 - the names say it; one class a call
    to: Name
    subject: Text
    body: Text


class Insert(Args):  # noqa: D101
    table: Name
    row: Row


class Update(Args):  # noqa: D101
    table: Name
    row_id: Name
    changes: Row


class Get(Args):  # noqa: D101
    table: Name
    row_id: Name


class Find(Args):  # noqa: D101
    table: Name
    where: Row


class File(Args):  # noqa: D101
    path: Name


class Audit(Args):  # noqa: D101
    action: Name
    details: Row


class Sleep(Args):  # noqa: D101
    seconds: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
    given: bool = False  # by code that the exercise gives, such as build_report
    beside: bool = False  # while something else of the same request went on


class Web(Args):  # noqa: D101
    method: Name
    url: Annotated[str, Field(max_length=4_000)]
    headers: Annotated[list[Annotated[list[Text], Field(min_length=2, max_length=2)]], MANY]


class Raised(Args):  # noqa: D101
    error: Name
    text: Text
    traceback: Text


class Failed(Args):  # noqa: D101
    text: Text
    traceback: Text


class Decoded(Args):  # noqa: D101
    pixels: Annotated[int, Field(ge=0, lt=2**53)]


class Nothing(Args):  # noqa: D101
    pass
