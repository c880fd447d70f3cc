"""What a fake was told to do next: fail, be slow, or hold its caller."""

from __future__ import annotations

from typing import Literal

Wait = Literal["slow", "held"]  # slow comes to an end by itself; held, when the suite says so
SLOW_POLLS = 20  # how often a caller of a slow fake must ask again, about a millisecond apart


class Faults:
    """A small script that one kind of call consults."""

    def __init__(self) -> None:
        self._failures = 0
        self._polls = 0
        self._holding = False
        self._only: frozenset[int] | None = None  # who is held, when it is not everybody
        # Calls that were told to wait: whose each is (its request; outside of one, each is its own)
        # and the polls it has to go.
        self._pending: dict[int, tuple[int, int]] = {}

    def fail_next(self, times: int = 1) -> None:
        """Make the next `times` calls fail, and those after them succeed."""
        self._failures = times

    def fails(self) -> bool:
        """Whether this call is to fail; uses up one failure."""
        if self._failures:
            self._failures -= 1
            return True
        return False

    def slow(self, polls: int = SLOW_POLLS) -> None:
        """Make each call take a while, so that whatever does not wait for it overtakes it."""
        self._polls = polls

    def hold(self) -> None:
        """Keep callers waiting until `release`."""
        self._holding, self._only = True, None

    def hold_no_more(self) -> None:
        """Keep the requests that wait now, whatever they ask next; let later ones go by."""
        self._only = frozenset(self._waiting())

    def release(self) -> None:
        """Let every caller go on."""
        self._holding = False

    @property
    def held(self) -> int:
        """How many requests are waiting now; one may wait in several threads."""
        return len(self._waiting())

    def waits(self, call_id: int, request: int | None, blocking: bool) -> Wait | None:
        """How the caller must wait and ask again. One that blocks its server never waits."""
        if blocking:
            return None
        who = -1 - call_id if request is None else request
        if self._holding and (self._only is None or who in self._only):
            self._pending.setdefault(call_id, (who, 0))
            return "held"
        _, left = self._pending.pop(call_id, (who, self._polls))
        if left > 0:
            self._pending[call_id] = (who, left - 1)
            return "slow"
        return None

    def _waiting(self) -> set[int]:
        return {who for who, _ in self._pending.values()}
