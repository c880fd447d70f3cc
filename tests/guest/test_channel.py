"""Numbers of calls: no two processes of an app share one, and the desk takes them all."""

from __future__ import annotations

import itertools
import os

import pytest

from grader.fakes.calls import Call
from grader.fakes.desk import MAX_CALLS
from grader.guest.channel import _numbers

PIDS = (2, 3, 2**22, 2**32 - 1)  # of Linux the largest is 2**22, of Windows 2**32


def test_numbers_differ_and_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever pid an app's process has."""
    seen: set[int] = set()
    for pid in PIDS:
        monkeypatch.setattr(os, "getpid", lambda pid=pid: pid)
        first, *_, last = numbers = [*itertools.islice(_numbers(), MAX_CALLS)]
        assert seen.isdisjoint(numbers)
        seen.update(numbers)
        for number in (first, last):
            Call.model_validate({"call": "storage.find", "id": number, "request": 1, "args": {}})
