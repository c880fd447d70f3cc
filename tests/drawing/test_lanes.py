"""Where events stand: lanes, rows, who waits, what is left out."""

from __future__ import annotations

from grader.drawing.lanes import MAX_MARKS, PER_ROW, lanes_of, lay_out
from grader.timeline import KINDS


def event(kind, at_s=0.0, **detail):
    return {"kind": kind, "at_s": at_s, "detail": detail}


def request(*work, after=()):
    """One request with `work` before its response and `after` behind it."""
    return [
        event("request.received", method="GET", path="/"),
        *map(event, work),
        event("response.started", status=200),
        event("response.sent", status=200),
        *map(event, after),
        event("request.finished"),
    ]


def test_every_kind_has_a_lane():
    """No kind of event falls through to the lane for unknown ones by accident."""
    picture = lay_out([event(kind) for kind in sorted(KINDS)])
    lanes = {mark.kind: mark.lane for row in picture.rows for mark in row}
    code = {kind for kind, lane in lanes.items() if lane == "your code"}
    assert code == {"endpoint.raised", "task.raised", "image.decoded", "request.finished"}
    assert lanes["mail.refused"] == "mail"
    assert lanes["response.held"] == "client"


def test_the_client_waits_until_its_response_is_sent():
    """From received to sent it waits, from sent to finished work goes on, then nothing does."""
    (row,) = lay_out(request("row.inserted", after=["mail.sent"])).rows
    assert [mark.phase for mark in row] == ["wait", "wait", "wait", "after", "after", "idle"]


def test_while_one_of_two_clients_waits_somebody_waits():
    """The first of two responses does not end the waiting; the work of its request may go on."""
    events = [event("request.received"), event("request.received"), event("response.sent")]
    (row,) = lay_out([*events, event("response.sent")]).rows
    assert [mark.phase for mark in row] == ["wait", "wait", "both", "after"]


def test_work_while_one_client_waits_and_another_is_served_may_be_of_either():
    """The mail of the first request came under the second one's "the client waits"."""
    first = request(after=["mail.sent"])
    second = request("row.inserted", after=["audit.recorded"])
    overlapping = [*first[:3], second[0], first[3], *second[1:4], first[4], *second[4:]]
    marks = [mark for row in lay_out(overlapping).rows for mark in row]
    assert [mark.phase for mark in marks if mark.kind in ("mail.sent", "row.inserted")] == [
        "both", "both",
    ]  # fmt: skip
    assert [mark.phase for mark in marks][-3:] == ["after", "after", "idle"]
    (mail,) = [mark for mark in marks if mark.kind == "mail.sent"]
    assert mail.words.endswith("this may be the work of either.")


def test_a_request_may_be_finished_before_its_response_is_seen():
    """Nothing goes on for ever then."""
    events = request("row.inserted")
    events[2:] = [events[4], events[2], events[3]]
    (row,) = lay_out(events).rows
    assert [mark.phase for mark in row] == ["wait", "wait", "wait", "wait", "idle"]


def test_a_new_request_begins_a_new_row():
    """Unless somebody waits, and however short the last one was not."""
    rows = lay_out(request() + request("row.inserted")).rows
    assert [len(row) for row in rows] == [4, 5]
    assert rows[0][0].kind == rows[1][0].kind == "request.received"


def test_a_row_is_never_longer_than_fits():
    """A long request is broken where the row is full, and nothing is lost."""
    kinds = ["mail.sent", "audit.recorded"] * 15
    rows = lay_out(request(*kinds)).rows
    assert max(map(len, rows)) == PER_ROW
    assert sum(map(len, rows)) == 34


def test_long_runs_are_one_mark_and_events_to_look_at_are_not():
    """Twelve equal events are drawn once; one that is out of place keeps a mark of its own."""
    events = [event("row.inserted", table="users") for _ in range(12)]
    (row,) = lay_out(events).rows
    assert [mark.count for mark in row] == [12]
    assert row[0].words.startswith("12 times: row.inserted")
    (row,) = lay_out(events, offending=[6]).rows
    assert [mark.count for mark in row] == [6, 1, 5]
    assert [mark.offending for mark in row] == [False, True, False]


def test_time_that_passed_is_a_gap():
    """Half a second is drawn, a millisecond is not."""
    events = [event("mail.sent"), event("mail.sent", 0.001), event("mail.sent", 0.501)]
    (row,) = lay_out(events).rows
    assert [mark.gap_s for mark in row] == [0, 0, 0.5]


def test_what_is_missing_stands_before_the_end():
    """The ghost of a mail that should have come last is behind the response, before the flag."""
    (row,) = lay_out(request("mail.sent"), [1], ["mail.sent"]).rows
    assert [mark.kind for mark in row][-2:] == ["mail.sent", "request.finished"]
    assert (row[-2].ghost, row[-2].phase, row[1].offending) == (True, "after", True)


def test_a_long_timeline_is_cut_and_counted():
    """What is left out is counted, runs included."""
    kinds = ["mail.sent", "audit.recorded"] * MAX_MARKS
    picture = lay_out([event(kind) for kind in kinds])
    assert sum(map(len, picture.rows)) == MAX_MARKS
    assert picture.left_out == MAX_MARKS


def test_lanes_are_those_in_use_from_client_to_code():
    """An unused lane takes no room."""
    (row,) = lay_out(request("row.inserted")).rows
    assert lanes_of(row) == ("client", "rows", "your code")


def test_nothing_is_a_picture_too():
    """Without events there are no rows."""
    assert lay_out([]).rows == []
