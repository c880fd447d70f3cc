"""A request without an answer: what it waited for, where the timeline tells."""

from __future__ import annotations

import pytest

from grader.timeline import Timeline
from grader.unanswered import SLEPT, WAITED, unanswered

ANSWERED = ["request.received", "response.started", "response.sent"]


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ([*ANSWERED, "clock.slept", "request.received"], WAITED),
        ([*ANSWERED, "request.finished", "request.received", "clock.slept"], SLEPT),
        (["request.received", "row.inserted", "clock.slept"], SLEPT),
        (["request.received", "clock.slept", "response.started"], ""),
        ([*ANSWERED, "request.finished", "request.received"], ""),
        ([], ""),
    ],
)
def test_what_it_waited_for(kinds: list[str], words: str) -> None:
    """Work of an earlier request, its own sleep, or nothing that shows."""
    timeline = Timeline()
    for kind in kinds:
        timeline.append(kind)
    assert unanswered(timeline) == words
