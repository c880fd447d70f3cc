"""One request as a card, and the line that says how the app is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.drawing.markup import Markup, join, tag
from grader.drawing.svg import draw
from grader.drawing.words import seconds

WORK = ("row.", "mail.", "file.", "audit.", "http.", "clock.")


def card(name: str, events: Sequence[dict[str, Any]]) -> Markup:
    """What happened for one request so far, the time counted from its arrival."""
    start = events[0]["at_s"]
    events = [{**event, "at_s": max(event["at_s"] - start, 0.0)} for event in events]
    kinds = [event["kind"] for event in events]
    first = events[0]["detail"] if kinds[0] == "request.received" else {}
    title = f"{first.get('method', '')} {first.get('path', '')}".strip() or "outside of a request"
    sent = kinds.index("response.sent") if "response.sent" in kinds else None
    return tag(
        "article",
        tag("div", tag("h2", title, id=f"{name}-title"), _status(events, sent), class_="top"),
        tag("p", _times(events, sent), class_="times"),
        _compared(kinds, sent),
        tag("figure", draw(events, _raised(kinds), (), f"Timeline of {title}")),
        *(tag("pre", e["detail"].get("traceback")) for e in events if _is_raised(e["kind"])),
        id=name,
        class_="card",
        aria_labelledby=f"{name}-title",
    )


def _status(events: Sequence[dict[str, Any]], sent: int | None) -> Markup:
    if sent is None:
        return tag("span", "… no response yet", class_="badge")
    status = events[sent]["detail"].get("status", 0)
    sign, class_ = ("✕", "failed") if status >= 500 else ("✓", "passed")
    return tag("span", f"{sign} {status}", class_=f"badge {class_}")


def _times(events: Sequence[dict[str, Any]], sent: int | None) -> str:
    if sent is None:
        return "The client waits."
    waited, end = events[sent]["at_s"], events[-1]["at_s"]
    words = f"The client waited {seconds(waited)}."
    more = end - waited
    if any(event["kind"].startswith(WORK) for event in events[sent:]):
        words += f" Your app worked on for {seconds(more)} after the response."
    return words


def _compared(kinds: list[str], sent: int | None) -> Markup | None:
    end = len(kinds) if sent is None else sent
    before = [kind for kind in kinds[:end] if kind.startswith(WORK)]
    after = [kind for kind in kinds[end:] if kind.startswith(WORK)]
    if not before and not after:
        return None
    return tag(
        "dl",
        tag("dt", "before the response"),
        tag("dd", _chips(before), class_="before"),
        tag("dt", "after the response"),
        tag("dd", _chips(after), class_="after-it"),
        class_="compared",
    )


def _chips(kinds: list[str]) -> Markup:
    if not kinds:
        return tag("span", "nothing", class_="soft")
    counted: list[list[Any]] = []
    for kind in kinds:
        if counted and counted[-1][0] == kind:
            counted[-1][1] += 1
        else:
            counted.append([kind, 1])
    words = [f"{kind} ×{count}" if count > 1 else kind for kind, count in counted[:12]]
    words += ["…"] * (len(counted) > 12)
    return tag("ol", *(tag("li", word, class_="chip") for word in words), class_="chips")


def _is_raised(kind: str) -> bool:
    return kind.endswith(".raised")


def _raised(kinds: list[str]) -> list[int]:
    return [i for i, kind in enumerate(kinds) if _is_raised(kind)]


def state(name: str, condition: str, text: str, traceback: str) -> Markup:
    """How the app is, in one line; the reason and its traceback when it cannot be served."""
    if condition == "failed":
        trace = tag("pre", traceback) if traceback else None
        return join(tag("p", f"✕ {text}"), trace, tag("p", "Watching: save the file to try again."))
    if condition == "over":
        again = tag("code", text)
        return tag("p", "– Serving has ended. To start it again, type in a terminal: ", again)
    words = {"starting": f"… {name} is starting", "running": f"✓ {name} is running"}
    return tag("p", words[condition])
