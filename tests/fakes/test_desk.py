"""The desk: whatever an app's process sends, it gets an answer and nothing breaks."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from grader.fakes.desk import Desk, nesting


def call(desk: Desk, name: str, number: int = 1, again: bool = False, **args: Any) -> Any:
    message = {"call": name, "id": number, "request": 1, "args": args, "again": again}
    return desk.answer(message, b"data")[0]


def test_a_mail_is_kept_and_seen() -> None:
    """A mail is in `sent` and on the timeline."""
    desk = Desk()
    assert call(desk, "mail.send", to="a@example.com", subject="s", body="b") == {"value": None}
    assert [mail.to for mail in desk.mailer.sent] == ["a@example.com"]
    assert desk.timeline.picture() == "mail.sent"


def test_a_told_failure_happens_once() -> None:
    """`fail_next` fails one call and leaves a trace."""
    desk = Desk()
    desk.mailer.fail_next()
    assert call(desk, "mail.send", to="a", subject="s", body="b")["error"] == "MailError"
    assert "value" in call(desk, "mail.send", number=2, to="a", subject="s", body="b")
    assert desk.timeline.picture() == "mail.refused ── mail.sent"


def test_a_slow_mailer_lets_others_overtake() -> None:
    """A slow call is recorded when it ends, so that what did not wait comes first."""
    desk = Desk()
    desk.mailer.faults.slow(polls=1)
    assert call(desk, "mail.send", to="a", subject="s", body="b") == {"wait": "slow"}
    call(desk, "storage.audit", number=2, action="early", details={})
    assert call(desk, "mail.send", again=True, to="a", subject="s", body="b") == {"value": None}
    assert desk.timeline.picture() == "audit.recorded early ── mail.sent"


def test_who_blocks_its_server_never_waits() -> None:
    """A call on the event loop's own thread is answered at once: nothing could release it."""
    desk = Desk()
    desk.clock.hold()
    assert call(desk, "clock.sleep", seconds=3.0, blocking=True)["wait"] is None
    assert call(desk, "clock.sleep", number=2, seconds=3.0, blocking=False)["wait"] == "held"
    assert desk.clock.held
    desk.clock.release()
    assert call(desk, "clock.sleep", number=2, again=True, seconds=3.0)["wait"] is None
    assert desk.clock.slept_s == 6


def test_the_web_follows_its_script() -> None:
    """Answers and failures come in the order of the respx script."""
    desk = Desk()
    url = "https://shop.example/hook"
    desk.web.post(url).mock(side_effect=[httpx.Response(503), httpx.ReadTimeout])
    args = {"method": "POST", "url": url, "headers": [["x", "1"]]}
    assert call(desk, "web.request", **args)["value"]["status"] == 503
    assert call(desk, "web.request", number=2, **args)["error"] == "ReadTimeout"
    assert desk.timeline.picture() == "http.attempted 503 ── http.attempted timeout"


def posted(desk: Desk, body: bytes) -> Any:
    url = "https://shop.example/hook"
    desk.web.post(url).mock(return_value=httpx.Response(200))
    args = {"method": "POST", "url": url, "headers": []}
    return desk.answer({"call": "web.request", "id": 1, "request": 1, "args": args}, body)[0]


def test_a_body_is_read_once_and_up_to_a_limit() -> None:
    """15 MB of `[[],[],…]` were a gigabyte, each time that a suite asked for them."""
    desk = Desk()
    for body in (b'{"a": 1}', b"[%s]" % b",".join([b"[]"] * 87_000), b" " * 300_000):
        assert posted(desk, body)["value"]["status"] == 200
    small, many, large = desk.web.attempts
    assert small.json == {"a": 1}
    assert len(many.json) == 87_000
    assert many.json is many.json
    assert large.json is None


def test_a_body_that_is_too_large_is_refused_in_words() -> None:
    """It arrives nowhere, and is an attempt; so is the one that is too much of a good thing."""
    desk = Desk()
    words = "here one may have 1 MB, and all of a check 8 MB"
    refused = posted(desk, b"x" * 1_048_577)
    text = f"a request of 1,048,577 bytes; {words}"
    assert refused == {"error": "ConnectError", "text": text}
    assert desk.web.attempts[0].body == b""
    assert desk.timeline.picture() == "http.attempted no connection"
    for _ in range(8):
        assert posted(desk, b"x" * (1 << 20))["value"]["status"] == 200
    assert words in posted(desk, b"x")["text"]


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        "mail.send",
        {"call": "mail.send"},
        {"call": "no.such", "id": 1, "request": None, "args": {}},
        {"call": "mail.send", "id": 1, "request": 1, "args": {"to": 1, "subject": "", "body": ""}},
        {"call": "clock.sleep", "id": 1, "request": 1, "args": {"seconds": -5.0}},
        {"call": "clock.sleep", "id": 1, "request": 1, "args": {"seconds": float("nan")}},
        {"call": "clock.sleep", "id": 1, "request": 1, "args": {"seconds": 1e300}},
        {"call": "app.ready", "id": -1, "request": 1, "args": {}},
        {"call": "app.ready", "id": 1, "request": 1, "args": {"verdict": "passed"}},
    ],
)
def test_nonsense_is_refused_and_noted(message: Any) -> None:
    """A message outside the grammar changes nothing but the notices."""
    desk = Desk()
    assert desk.answer(message, b"")[0]["error"] == "TypeError"
    assert len(desk.timeline) == 0
    assert not desk.ready
    assert desk.notices


def test_deep_values_are_refused() -> None:
    """A value nested beyond reason is refused before anything walks it."""
    deep: Any = "x"
    for _ in range(5_000):
        deep = [deep]
    message = {
        "call": "storage.audit",
        "id": 1,
        "request": 1,
        "args": {"action": "a", "details": {"x": deep}},
    }
    assert Desk().answer(message, b"")[0]["text"] == "a value is nested too deeply"
    assert nesting({"a": [1]}) == 3


def test_rows_are_found_by_either_kind_of_id() -> None:
    """`1` and `"1"` are the same id."""
    desk = Desk()
    assert call(desk, "storage.insert", table="t", row={"name": "a"})["value"] == 1
    assert call(desk, "storage.get", number=2, table="t", row_id="1")["value"]["name"] == "a"
    assert (
        call(desk, "storage.insert", number=3, table="t", row={"id": "1"})["error"]
        == "StorageError"
    )


def test_a_script_that_is_used_up_goes_on_failing() -> None:
    """An app that asks more often than the script says gets 500, and each attempt is seen."""
    desk = Desk()
    desk.web.post("https://shop.example/").mock(side_effect=[httpx.Response(200)])
    args = {"method": "POST", "url": "https://shop.example/", "headers": []}
    statuses = [call(desk, "web.request", number=n, **args)["value"]["status"] for n in range(3)]
    assert statuses == [200, 500, 500]


def test_a_row_that_grows_has_an_end() -> None:
    """The timeline holds a row as it was at every event: its size is bounded, and their sum."""
    desk = Desk()
    call(desk, "storage.insert", table="t", row={})
    for number in range(10):
        changes = {f"c{number}": "x" * 60_000}
        refused = call(desk, "storage.update", table="t", row_id="1", changes=changes)
    assert refused == {"error": "StorageError", "text": "the row is too large"}
    for number in range(200):
        refused = call(desk, "storage.update", table="t", row_id="1", changes={"status": number})
    assert refused == {"error": "StorageError", "text": "the storage is full"}
    last = desk.timeline.of("row.updated")[-1].detail["row"]
    assert last["status"] == desk.storage.rows("t")[0]["status"]


def test_a_row_of_empty_lists_weighs_what_it_takes() -> None:
    """60 kB of them are more than a megabyte; 60 kB of text are 60 kB."""
    desk = Desk()
    lists: list[list[Any]] = [[] for _ in range(15_000)]
    kept = [call(desk, "storage.insert", table="t", row={"x": lists}) for _ in range(200)]
    assert [reply for reply in kept if "value" in reply] == kept[: len(desk.storage.rows("t"))]
    assert 10 < len(desk.storage.rows("t")) < 20
    assert kept[-1] == {"error": "StorageError", "text": "the storage is full"}
    desk = Desk()
    text = {"report": "2024-01-01,25\n" * 4_000, "status": "done"}
    for number in range(250):
        assert "value" in call(desk, "storage.insert", number, table="t", row=text)


def test_a_row_that_is_looked_for_is_the_only_one_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its id before any other column; nobody changes the storage through it."""
    desk = Desk()
    for row in ({"name": "2"}, {"name": "b", "tags": ["x"]}, {"name": "c"}):
        call(desk, "storage.insert", table="t", row=row)
    monkeypatch.setattr(desk.storage, "rows", None)
    found = desk.storage.row("t", 2)
    assert found == {"name": "b", "tags": ["x"], "id": 2}
    found["tags"].append("y")
    assert desk.storage.row("t", "b") == {"name": "b", "tags": ["x"], "id": 2}
    assert desk.storage.row("t", "d") is None


def test_an_event_keeps_the_row_of_its_time() -> None:
    """What comes later does not change what was seen."""
    desk = Desk()
    call(desk, "storage.insert", table="t", row={"status": "pending"})
    call(desk, "storage.update", table="t", row_id="1", changes={"status": "done"})
    statuses = [event.detail["row"]["status"] for event in desk.timeline]
    assert statuses == ["pending", "done"]


def test_holds_go_by_request() -> None:
    """A request may wait in two threads, and whoever is held stays so, whatever it asks next."""
    desk = Desk()

    def sleep(number: int, request: int, again: bool = False) -> Any:
        args = {"seconds": 1.0, "blocking": False}
        message = {"call": "clock.sleep", "id": number, "request": request, "args": args}
        return desk.answer({**message, "again": again}, b"")[0]["wait"]

    desk.clock.hold()
    assert [sleep(1, request=1), sleep(2, request=1), sleep(3, request=2)] == ["held"] * 3
    assert desk.clock.held == 2
    desk.clock.hold_no_more()
    assert sleep(4, request=1) == "held"
    assert sleep(5, request=3) is None
    desk.clock.release()
    assert [sleep(number, 1, again=True) for number in (1, 2, 4)] == [None] * 3
    assert desk.clock.held == 1
    assert sleep(3, 2, again=True) is None
    assert not desk.clock.held
