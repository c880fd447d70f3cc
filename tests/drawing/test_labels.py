"""The word beside a mark: never over another one, never into the name of its lane, seldom cut."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from grader.drawing.labels import fit, labels, measure
from grader.drawing.lanes import lay_out
from grader.drawing.svg import LABELS, draw


def event(kind, at_s=0.0, **detail):
    return {"kind": kind, "at_s": at_s, "detail": detail}


def mail(to):
    return event("mail.sent", to=to)


def spans(events, **more):
    """(left, right, words) of each word in the mail lane, and the marks' middles."""
    (row,) = lay_out(events, **more).rows
    xs = [LABELS + 13.0 + 26 * i for i in range(len(row))]
    out = []
    for label in labels(row, xs, LABELS):
        wide = measure(label.words)
        left = {"right": label.x, "left": label.x - wide, "over": label.x - wide / 2}[label.side]
        out.append((label.lane, left, left + wide, label.words))
    return sorted(out), xs


@pytest.mark.parametrize("between", range(9))
def test_two_mails_of_a_lane_are_read_apart(between):
    """However near they are: before, the second word began where the first was not yet over."""
    others = [event("audit.recorded", i, action="") for i in range(between)]
    found, _ = spans([mail("ada@example.com"), *others, mail("ada@example.com")])
    for (lane, _, right, _), (other, left, _, _) in pairwise(found):
        assert lane != other or right < left


def test_a_word_keeps_off_the_name_of_its_lane():
    """Wide letters are measured as such: `mailX3E7A77CF@example.com` was what could be read."""
    others = [event("audit.recorded", i, action="") for i in range(6)]
    found, _ = spans([*others, mail("X3E7A77CF+BOOKS@EXAMPLE.COM"), mail("b")])
    assert all(left > LABELS for _, left, _, _ in found)


def test_the_last_word_is_whole_and_the_picture_wide_enough():
    """Nothing stands to the right of it, so nothing is to be cut."""
    found = draw([event("row.updated", table="deliveries", changes={"status": "delivered"})])
    assert ">deliveries: delivered</text>" in found
    many = [
        *(event("clock.slept", i, seconds=1) for i in range(8)),
        mail("ada.lovelace@example.com"),
    ]
    drawn = draw([*many, mail("ada.lovelace@example.com")])
    assert drawn.count(">ada.lovelace@example.com</text>") == 2
    at, width = (
        re.search(r'x="([\d.]+)"[^>]*class="note">ada', drawn),
        re.search(r'width="(\d+)', drawn),
    )
    assert float(at[1]) + measure("ada.lovelace@example.com") <= float(width[1])


def test_a_status_says_more_than_its_table():
    """Of two updates `report…` was left, twice."""
    updates = [event("row.updated", i, table="reports", changes={"status": s})
               for i, s in enumerate(("running", "done"))]  # fmt: skip
    between = [event("clock.slept", 0.5, seconds=3), event("mail.sent", 0.6, to="")]
    found, _ = spans([updates[0], *between, updates[1]])
    assert [words for lane, _, _, words in found if lane == "rows"] == ["running", "reports: done"]


def test_expected_ones_in_a_row_share_a_word():
    """Two ghosts side by side said `expexpected`."""
    found, _ = spans([event("response.sent")], missing=["row.updated", "row.updated", "mail.sent"])
    assert [(lane, words) for lane, _, _, words in found] == [
        ("mail", "expected"), ("rows", "expected"),
    ]  # fmt: skip


def test_what_is_cut_ends_in_an_ellipsis_and_fits():
    """As wide as there is room for."""
    assert fit("short", 100) == "short"
    cut = fit("ada@example.com", 50)
    assert cut.endswith("…")
    assert measure(cut) <= 50
