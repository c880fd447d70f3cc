"""FakeClock: virtual time as the grader knows it."""

from __future__ import annotations

import threading
import time

from grader.fakes.calls import Sleep
from grader.fakes.faults import Faults
from grader.timeline import Event, Timeline

REAL_WAIT_SECONDS = 0.25


class FakeClock:
    """Stamps every event with virtual seconds and moves on when the app sleeps.

    A real wait that virtual time cannot see (`threading.Event().wait(1)`, a subprocess) counts
    too: a pause of REAL_WAIT_SECONDS or more between two events. Shorter ones are noise.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._lock = threading.Lock()
        self._now_s = 0.0
        self._noise_s = 0.0  # the shorter pauses, all together
        self._seen = time.monotonic()
        self.faults = Faults()

    def record(self, kind: str, **detail: object) -> Event:
        """Append an event at the current virtual time."""
        with self._lock:
            seen = time.monotonic()
            if seen - self._seen >= REAL_WAIT_SECONDS:
                self._now_s += seen - self._seen
            else:
                self._noise_s += seen - self._seen
            self._seen = seen
            return self._timeline.append(kind, round(self._now_s, 6), **detail)

    def sleep(self, args: Sleep, _blob: bytes) -> tuple[None, bytes]:
        """The app slept: report it, then move on."""
        marks = {name: True for name in ("given", "beside") if getattr(args, name)}
        self.record("clock.slept", seconds=args.seconds, blocking=args.blocking, **marks)
        with self._lock:
            self._now_s += args.seconds
        return None, b""

    def hold(self) -> None:
        """Keep sleepers asleep until `release`; one that blocks its event loop wakes at once."""
        self.faults.hold()

    def hold_no_more(self) -> None:
        """Keep those asleep who are; who falls asleep later wakes as usual."""
        self.faults.hold_no_more()

    def release(self) -> None:
        """Wake all sleepers."""
        self.faults.release()

    @property
    def held(self) -> int:
        """How many are asleep and kept so."""
        return self.faults.held

    @property
    def elapsed_s(self) -> float:
        """Seconds so far, the noise included: no less than what the app's own clock shows.

        An app that sleeps until a time that it noted sleeps less by what went by meanwhile.
        """
        return self._now_s + self._noise_s

    @property
    def slept_s(self) -> float:
        """Virtual seconds waited so far, over all requests: not those slept beside other work."""
        slept = [event.detail for event in self._timeline.of("clock.slept")]
        return float(sum(one["seconds"] for one in slept if not one.get("beside")))
