"""HTML and SVG that escape by construction: text is data unless it is `Markup` already."""

from __future__ import annotations

import base64
import hashlib
import html
from importlib import resources

from grader.text import visible

VOID = frozenset({"meta", "link", "br"})
MAX_TEXT = 20_000


class Markup(str):
    """Text that is markup and is not escaped again; only this package's functions make it."""

    __slots__ = ()


def text(value: object) -> Markup:
    """Any value as harmless text: markup escaped, invisible and bidi characters made visible."""
    if isinstance(value, Markup):
        return value
    return Markup(html.escape(visible(str(value)[:MAX_TEXT])))


def join(*parts: object) -> Markup:
    """Parts one after the other; those that are not Markup are escaped, None leaves nothing."""
    return Markup("".join(text(part) for part in parts if part is not None))


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element. `class_` is `class`, other `_` are `-`; an attribute that is None is left out."""
    words = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        words.append(key if value is True else f'{key}="{_one_line(value)}"')
    opening = f"<{' '.join(words)}>"
    return Markup(opening if name in VOID else f"{opening}{join(*children)}</{name}>")


def inline(value: str) -> Markup:
    """Text in which `backticks` mark code."""
    parts = value.split("`")
    if len(parts) % 2 == 0:
        return text(value)
    return join(*(tag("code", part) if i % 2 else part for i, part in enumerate(parts)))


def _one_line(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return text(value).replace("\n", "&#10;").replace("\t", " ")


def asset(package: str, *names: str) -> Markup:
    """Our own style or script files, one after the other; never student text."""
    files = resources.files(package)
    return Markup("\n".join((files / name).read_text(encoding="utf-8") for name in names))


def integrity(source: str) -> str:
    """What a content security policy calls this inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
