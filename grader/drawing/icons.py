"""The signs of the events, 16 by 16, drawn once a page and used by name."""

from __future__ import annotations

from grader.drawing.markup import Markup, join, tag

PATHS = {
    "request": "M2.5 8h10M8.8 4.3 12.5 8l-3.7 3.7",
    "held": "M6 4.5v7M10 4.5v7",
    "started": "M13 8H3.5M7.2 4.3 3.5 8l3.7 3.7",
    "sent": "M13.5 8H6.2M9.4 4.8 6.2 8l3.2 3.2M3 3.6v8.8",
    "mail": "M2.5 4.2h11v7.6h-11zM2.8 4.6 8 8.8l5.2-4.2",
    "file": "M4.5 2.5h4.6l2.6 2.6v8.4H4.5zM9 2.6v2.7h2.6",
    "inserted": "M3 3.5h10v9H3zM3 6.6h10M6.6 6.6v5.8",
    "updated": "M3.2 12.8l.8-3 6.6-6.6 2.2 2.2-6.6 6.6z",
    "audit": "M6 4.4h7M6 8h7M6 11.6h7M3.2 4.4h.4M3.2 8h.4M3.2 11.6h.4",
    "http": "M8 2.6a5.4 5.4 0 1 0 .01 0M2.7 8h10.6M8 2.7c-4 3.6-4 7 0 10.6 4-3.6 4-7 0-10.6",
    "slept": "M8 2.8a5.2 5.2 0 1 0 .01 0M8 5v3.2l2.2 1.3",
    "raised": "M9 2 4 9h3.6L7 14l5-7H8.4z",
    "image": "M2.8 3.8h10.4v8.4H2.8zM3 11l3-3 2.2 2 2-1.6 2.8 2.6",
    "finished": "M4.5 13.5v-11h7L9.8 5.6l1.7 3.1h-7",
    "unknown": "M8 7.9h.1",
}
BY_KIND = {
    "request.received": "request",
    "response.held": "held",
    "response.started": "started",
    "response.sent": "sent",
    "mail.sent": "mail",
    "mail.refused": "mail",
    "file.saved": "file",
    "file.refused": "file",
    "row.inserted": "inserted",
    "row.updated": "updated",
    "audit.recorded": "audit",
    "http.attempted": "http",
    "clock.slept": "slept",
    "image.decoded": "image",
    "endpoint.raised": "raised",
    "task.raised": "raised",
    "request.finished": "finished",
}


def icon_of(kind: str) -> str:
    """The name of the sign for this kind of event."""
    return BY_KIND.get(kind, "unknown")


def definitions() -> Markup:
    """What every picture on a page refers to; once, at the top of the page."""
    symbols = [
        tag("symbol", tag("path", d=path), id=f"i-{name}", viewBox="0 0 16 16")
        for name, path in PATHS.items()
    ]
    stripe = tag("path", d="M0 6 6 0", class_="stripe")
    hatch = tag("pattern", stripe, id="hatch", width=6, height=6, patternUnits="userSpaceOnUse")
    return tag(
        "svg",
        tag("defs", join(*symbols), hatch),
        class_="defs",
        aria_hidden="true",
        width=0,
        height=0,
    )
