"""The frame of a page: head, content security policy, styles, script."""

from __future__ import annotations

from collections.abc import Sequence

from grader.drawing.icons import definitions
from grader.drawing.markup import Markup, asset, integrity, tag

SHARED_CSS = asset(__package__, "base.css", "lanes.css")
SHARED_JS = asset(__package__, "lanes.js")


def legend() -> Markup:
    """What hatched and plain ground mean, once a page."""
    return tag(
        "p",
        tag("span", class_="swatch wait"),
        "the client waits (hatched) ",
        tag("span", class_="swatch after"),
        "after the response ",
        tag("span", class_="swatch both"),
        "of either request: a client waits while an earlier one is not done. "
        "Point at a sign, tap it, or walk with the arrow keys to read it.",
        class_="legend",
    )


def page(title: str, body: Markup, css: str, js: str, connect: Sequence[str] = ()) -> str:
    """A whole document that loads nothing: only this style and this script may run in it.

    Args:
        connect: what the script may connect to, as a content security policy says it.
    """
    style, script = Markup(f"{SHARED_CSS}\n{css}"), Markup(f"{SHARED_JS}\n{js}")
    policy = (
        f"default-src 'none'; style-src {integrity(style)}; script-src {integrity(script)};"
        f" connect-src {' '.join(connect) or chr(39) + 'none' + chr(39)};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        # Not through `tag`: quotes of a policy are its own, and it is none of a student's words.
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("link", rel="icon", href="data:,"),
        tag("style", style),
    )
    content = tag("body", definitions(), body, tag("script", script))
    return f"<!doctype html>\n{tag('html', head, content, lang='en')}\n"
