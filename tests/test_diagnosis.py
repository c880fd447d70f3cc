"""The sentence of cause: for each mistake the one that names it."""

from __future__ import annotations

import httpx
import pytest

from grader.diagnosis import CALLED, cause
from grader.expect import answers, event, exactly, in_order, last_mismatch, never
from grader.timeline import Timeline

RESPONSE = ("response.held", "response.started", "response.sent")
ROW = {"table": "user", "row": {"id": 1}}


def timeline(*events: str | tuple[str, dict[str, object]]) -> Timeline:
    made = Timeline()
    for one in events:
        kind, detail = (one, {}) if isinstance(one, str) else one
        made.append(kind, **detail)
    return made


RAISED = {"error": "TypeError", "text": "the first argument must be callable", "traceback": ""}
MISFIT = {
    "error": "ResponseValidationError",
    "text": "1 validation error:\n  {'loc': ('response',), 'msg': 'No', 'input': None}",
    "traceback": "",
}
LACKS = (
    "1 validation error:\n  {'type': 'missing', 'loc': ('response', 'name'),"
    " 'msg': 'Field required', 'input': {'id': 1}}\n"
)
CASES = {
    "nothing returned": (
        timeline(("endpoint.raised", MISFIT)),
        in_order("response.sent", "mail.sent"),
        "The endpoint returned None where it declares an answer: is a `return` missing?",
    ),
    "an answer that lacks a field": (
        timeline(("endpoint.raised", {**MISFIT, "text": LACKS})),
        in_order("response.sent", "mail.sent"),
        "What the endpoint returned does not fit the answer that it declares: `name`: Field",
    ),
    "called instead of passed": (
        timeline("mail.sent", *RESPONSE, ("task.raised", RAISED)),
        in_order("response.sent", "mail.sent"),
        CALLED,
    ),
    "inline": (
        timeline("mail.sent", *RESPONSE),
        in_order("response.sent", "mail.sent"),
        "The client waited for your mailer: it ran before the response, not after it.",
    ),
    "while the response is held": (
        timeline("response.held", "mail.sent", "response.started", "response.sent"),
        in_order("response.sent", "mail.sent"),
        "Something of yours did not wait for the response",
    ),
    "never begun": (
        timeline(*RESPONSE),
        in_order("response.sent", "mail.sent"),
        "No mail was sent until the background work was over.",
    ),
    "the wrong way round": (
        timeline(*RESPONSE, "file.saved", "mail.sent"),
        in_order("mail.sent", "file.saved"),
        "`file.saved` came before `mail.sent`, and has to come after it.",
    ),
    "too late for the response": (
        timeline(*RESPONSE, ("row.inserted", ROW)),
        in_order("row.inserted", "response.started"),
        "When the response started there was no `row.inserted`; it has to come first.",
    ),
    "in another table": (
        timeline(("row.inserted", ROW), *RESPONSE),
        in_order(event("row.inserted", "ours", table="users"), "response.started"),
        "There is a row in the table `user` with id=1, but no `row.inserted ours` in `users`.",
    ),
    "given up": (
        timeline(*RESPONSE, ("row.updated", {"changes": {"status": "failed", "why": "closed"}})),
        in_order("response.sent", "file.saved"),
        "your app met an error and made the row `failed`. It wrote {'why': 'closed'}.",
    ),
    "too often": (
        timeline("mail.sent", "mail.sent"),
        exactly(1, "mail.sent"),
        "`mail.sent` happened twice, and should happen once.",
    ),
    "not at all, please": (
        timeline("mail.sent"),
        never("mail.sent"),
        "`mail.sent` must not happen here, and did once.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_timeline_names_the_mistake(name: str) -> None:
    """One sentence, the most specific one that the timeline supports."""
    made, expected, sentence = CASES[name]
    assert (made == expected) is False
    assert sentence in cause(last_mismatch.value, made)


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        (httpx.Response(200, json={}), "Your app answered 200 where the page asks for 201."),
        (httpx.Response(201, json={"id": 1}), "The answer lacks `name`."),
        (httpx.Response(201, json={"name": 5}), '`name` is 5 instead of "Ada"'),
        (httpx.Response(201, json=[]), "The body of the answer is not a JSON object."),
    ],
)
def test_an_answer_says_what_is_another(response: httpx.Response, sentence: str) -> None:
    """Status first, then fields that are missing, then values."""
    assert (response == answers(201, name="Ada")) is False
    assert sentence in cause(last_mismatch.value, Timeline())


def test_a_thread_is_named_however_fast_it_was() -> None:
    """Before the endpoint returned or after: the app says on which kind of thread it was."""
    for events in (["mail.sent", *RESPONSE], ["response.held", "mail.sent", *RESPONSE[1:]]):
        made = timeline(*events)
        made.on_own_threads.add(events.index("mail.sent"))
        assert (made == in_order("response.sent", "mail.sent")) is False
        assert "A thread of yours reached your mailer" in cause(last_mismatch.value, made)


def test_an_endpoint_that_raised_says_more_than_any_sentence() -> None:
    """A 500 with a traceback: the error is the cause, whatever the suite says of the answer."""
    detail = {"error": "KeyError", "text": "'id'", "traceback": "…"}
    assert (httpx.Response(500) == answers(404, because="Nobody has this id.")) is False
    sentence = cause(last_mismatch.value, timeline(("endpoint.raised", detail)))
    assert sentence == "The endpoint raised KeyError: 'id'; nothing after that line ran."
