"""A request of an app's, for what is tested below the gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grader.guest import quiet
from grader.guest.channel import Channel
from grader.guest.state import RequestState, current


@contextmanager
def a_request() -> Iterator[RequestState]:
    """Be the endpoint of a request; whatever it asks is answered with nothing."""
    channel = Channel(lambda _message, _blob: ({}, b""))
    state = RequestState(1, channel, quiet.running_threads(), quiet.places())
    token = current.set(state)
    try:
        yield state
    finally:
        current.reset(token)
