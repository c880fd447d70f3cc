"""Timeline and expectations: order is order, words are the same on both sides."""

from __future__ import annotations

import pytest

from grader.diagnosis import cause
from grader.expect import answers, event, exactly, in_order, last_mismatch, never
from grader.timeline import MAX_EVENTS, Event, Timeline, UnknownKind, picture


def a_timeline(*kinds: str) -> Timeline:
    timeline = Timeline()
    for kind in kinds:
        timeline.append(kind)
    return timeline


def test_a_typo_is_an_error() -> None:
    """An event that does not exist is an error, never an absent event."""
    with pytest.raises(UnknownKind, match="'mail\\.send' is not an event"):
        event("mail.send")
    with pytest.raises(UnknownKind):
        Timeline().append("mail.send")


def test_other_events_may_stand_between() -> None:
    """An order holds although other things happened meanwhile."""
    timeline = a_timeline("response.started", "row.updated", "response.sent", "mail.sent")
    assert timeline == in_order("response.started", "mail.sent")


def test_the_wrong_order_does_not_match() -> None:
    """Two events in the other order are a mismatch, told in the words of the timeline."""
    timeline = a_timeline("mail.sent", "response.started", "response.sent")
    assert not (timeline == in_order("response.sent", "mail.sent"))
    mismatch = last_mismatch.value
    assert mismatch is not None
    assert mismatch.expected == "response.sent ── mail.sent"
    assert mismatch.observed == "mail.sent ── response.sent"
    assert cause(mismatch, timeline).startswith("The client waited for your mailer")


def test_one_event_does_not_match_twice() -> None:
    """Two equal expectations need two events."""
    assert a_timeline("mail.sent", "mail.sent") == in_order("mail.sent", "mail.sent")
    assert not (a_timeline("mail.sent") == in_order("mail.sent", "mail.sent"))


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (("response.held",), "a thread or an asyncio task starts at once"),
        (("response.held", "response.started"), "the client was still waiting"),
        ((), "it ran before the response"),
    ],
)
def test_the_cause_tells_inline_from_thread(before: tuple[str, ...], words: str) -> None:
    """What ran while the gate held was started at once; what ran before it was inline."""
    timeline = a_timeline(*before, "mail.sent", "response.sent")
    assert not (timeline == in_order("response.sent", "mail.sent"))
    assert last_mismatch.value is not None
    assert words in cause(last_mismatch.value, timeline)


def test_counts() -> None:
    """`exactly` and `never` count events that match in every detail."""
    timeline = Timeline()
    timeline.append("audit.recorded", action="user_registered")
    assert timeline == exactly(1, "audit.recorded")
    assert timeline == never(event("audit.recorded", action="welcome_email_failed"))
    assert not (timeline == never("audit.recorded"))


def test_true_is_not_one() -> None:
    """Values are compared with their types."""
    timeline = Timeline()
    timeline.append("response.started", status=True)
    assert not (timeline == exactly(1, event("response.started", status=1)))


def test_a_long_picture_is_cut_in_the_middle() -> None:
    """A picture stays one line that can be read."""
    events = [Event("mail.sent" if n % 2 else "file.saved") for n in range(100)]
    drawn = picture(events)
    assert "…" in drawn
    assert len(drawn) < 300


def test_answers_need_the_fields() -> None:
    """A response matches by status and by the named fields of its JSON."""
    import httpx

    response = httpx.Response(201, json={"id": 1, "name": "Ada"})
    assert response == answers(201, name="Ada")
    assert not (response == answers(201, name="Bob"))
    assert not (response == answers(200))


def test_a_full_timeline_says_so() -> None:
    """Events that it has no room for are lost, and not unnoticed."""
    timeline = a_timeline(*["response.held"] * MAX_EVENTS)
    assert not timeline.overflowed
    timeline.append("mail.sent")
    assert timeline.overflowed
    assert len(timeline) == MAX_EVENTS
