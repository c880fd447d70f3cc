"""Escaping by construction."""

from __future__ import annotations

import base64
import hashlib

from grader.drawing.markup import Markup, inline, integrity, join, tag, text


def test_text_is_escaped_once():
    """Text becomes markup, markup stays."""
    once = text('<b> & "x" \'')
    assert once == "&lt;b&gt; &amp; &quot;x&quot; &#x27;"
    assert text(once) is once
    assert join("<", Markup("<br>"), None) == "&lt;<br>"


def test_attributes_cannot_be_left():
    """Quotes, line breaks and invisible characters stay inside an attribute."""
    element = tag("a", "x", title='"><script>\n\u202e', class_="c", aria_label="l")
    assert element == (
        '<a title="&quot;&gt;&lt;script&gt;&#10;\\u202e" class="c" aria-label="l">x</a>'
    )


def test_absent_and_bare_attributes():
    """None and False leave nothing, True stands alone; void elements have no end."""
    assert tag("p", open_=True, hidden=False, id=None) == "<p open></p>"
    assert tag("br") == "<br>"


def test_backticks_are_code_and_the_rest_is_text():
    """Titles quote code; an odd backtick is a backtick."""
    assert inline("a `<b>` c") == "a <code>&lt;b&gt;</code> c"
    assert inline("a ` b") == "a ` b"


def test_integrity_is_what_a_browser_computes():
    """SHA-256 over the bytes between the tags."""
    digest = base64.b64encode(hashlib.sha256("é".encode()).digest()).decode()
    assert integrity("é") == f"'sha256-{digest}'"
