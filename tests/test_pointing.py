"""What a picture of a failed check points at."""

from __future__ import annotations

import pytest

from grader.expect import event, exactly, in_order, last_mismatch, never
from grader.pointing import point
from grader.timeline import Timeline


def timeline(*kinds):
    line = Timeline()
    for kind in kinds:
        name, _, action = kind.partition(" ")
        line.append(name, **({"action": action} if action else {}))
    return line


def pointed(line, expectation):
    """Compare, which has to fail, and point."""
    assert not (line == expectation)
    return point(last_mismatch.value, line)


@pytest.mark.parametrize(
    ("kinds", "expectation", "out_of_place", "missing"),
    [
        # too early: the mail itself, and where it was expected
        (
            ["mail.sent", "response.sent"],
            in_order("response.sent", "mail.sent"), (0,), ("mail.sent",),
        ),
        # not at all: nothing is out of place
        (["response.sent"], in_order("response.sent", "mail.sent"), (), ("mail.sent",)),
        # one of two kinds that came the wrong way round
        (
            ["response.sent", "audit.recorded", "mail.sent"],
            in_order("response.sent", "mail.sent", "audit.recorded"), (1,), ("audit.recorded",),
        ),
        # another event of the same kind does not count
        (
            ["audit.recorded a", "response.sent"],
            in_order("response.sent", event("audit.recorded", "b", action="b")),
            (), ("audit.recorded",),
        ),
        # once too often: the later ones
        (["mail.sent", "mail.sent", "mail.sent"], exactly(1, "mail.sent"), (1, 2), ()),
        (["mail.sent"], never("mail.sent"), (0,), ()),
        ([], exactly(1, "mail.sent"), (), ("mail.sent",)),
        # what the code raised, when nothing else is to blame
        (["task.raised"], in_order("mail.sent"), (0,), ("mail.sent",)),
    ],
)  # fmt: skip
def test_points_at(kinds, expectation, out_of_place, missing):
    """Each kind of mismatch, and what it points at."""
    assert pointed(timeline(*kinds), expectation) == (out_of_place, missing)


def test_without_a_mismatch_what_was_raised_is_pointed_at():
    """An app that did not start, or a check that asserts on an answer."""
    assert point(None, timeline("request.received", "endpoint.raised")) == ((1,), ())
