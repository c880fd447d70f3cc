"""What a report says of events is bounded, whatever an app put into them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.cutting import MARK, plain_events
from grader.timeline import Event


def test_an_ordinary_event_is_whole() -> None:
    """Values, types and order are those of the event."""
    detail = {"table": "jobs", "row": {"id": 1, "done": None, "tags": ["a", 1.5, True]}}
    (found,) = plain_events([Event("row.inserted", 2.5, detail)])
    assert found == {"at_s": 2.5, "kind": "row.inserted", "detail": detail}


@pytest.mark.parametrize(
    "row",
    [
        {f"c{n}": "x" * 60_000 for n in range(40)},
        {f"c{n}": "\U0001f600" * 16_000 for n in range(40)},
        {f"c{n}": n for n in range(60_000)},
        {"deep": [[[["x" * 9_000] * 900]]], "number": 10**4_000},
    ],
    ids=["fat", "wide characters", "many columns", "nested"],
)
def test_a_fat_event_is_cut(row: dict[str, Any]) -> None:
    """In a way that shows."""
    events = [Event("row.updated", 0.0, {"changes": {"status": "done"}, "row": row})] * 5_000
    found = plain_events(events)
    assert len(found) == 200
    assert len(json.dumps(found)) < 200_000
    assert MARK in json.dumps(found[0], ensure_ascii=False)
    assert found[0]["detail"]["changes"] == {"status": "done"}
