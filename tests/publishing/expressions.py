"""As much of GitHub's expression language as our workflows use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

TOKEN = re.compile(
    r"'(?:[^']|'')*'|&&|\|\||!=|==|!|\(|\)|,|\s+|\d+|[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*"
)
WORDS = {"&&": " and ", "||": " or ", "!": " not ", "true": "True", "false": "False"}


def fill(text: str, contexts: Mapping[str, Any]) -> str:
    """The text with every `${{ … }}` replaced by its value."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: _text(value(match[1], contexts)), text)


def value(expression: str, contexts: Mapping[str, Any]) -> Any:
    """The value of an expression; what nobody has set is empty text, as on GitHub."""
    functions: dict[str, Callable[..., Any]] = {
        "fromJSON": json.loads,
        "toJSON": json.dumps,
        **contexts.get("functions", {}),
    }
    found: dict[str, Any] = {}
    source = "".join(_python(token, functions, contexts, found) for token in _tokens(expression))
    return eval(source, {"__builtins__": {}}, {**functions, **found})


def _tokens(expression: str) -> list[str]:
    tokens = TOKEN.findall(expression)
    if "".join(tokens) != expression:
        raise ValueError(f"not understood by this runner: {expression!r}")
    return tokens


def _python(
    token: str,
    functions: Mapping[str, Any],
    contexts: Mapping[str, Any],
    found: dict[str, Any],
) -> str:
    if token.startswith("'"):
        return repr(token[1:-1].replace("''", "'"))
    if token in WORDS:
        return WORDS[token]
    if not token[0].isalpha() or token in functions:
        return token
    name = f"value{len(found)}"
    found[name] = _look_up(token, contexts)
    return name


def _look_up(path: str, contexts: Mapping[str, Any]) -> Any:
    here: Any = contexts
    for part in path.split("."):
        here = here.get(part, "") if isinstance(here, Mapping) else ""
    return here


def _text(found: Any) -> str:
    return {True: "true", False: "false"}[found] if isinstance(found, bool) else str(found)
