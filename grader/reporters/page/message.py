"""A check's message taken apart, so that a page can set each part beside the picture."""

from __future__ import annotations

from dataclasses import dataclass

PRINTED = "your app printed:"
JOINT = " ── "
MAX_MESSAGE = 6_000


@dataclass(frozen=True, slots=True)
class Message:
    """`cause` is the sentence, `more` what follows it, indented: a traceback, notes."""

    expected: tuple[str, ...]
    observed: tuple[str, ...]
    cause: str
    more: str
    printed: str


def parse(message: str | None) -> Message:
    """The parts of a message; whatever has another shape is all `cause`."""
    text = message or ""
    cut = text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]}…"
    lines = cut.splitlines()
    expected = _take(lines, "expected")
    observed = _take(lines, "observed") if expected else ()
    printed = ""
    if PRINTED in lines:
        at = lines.index(PRINTED)
        printed = _dedented(lines[at + 1 :])
        lines = lines[:at]
    end = next((i for i, line in enumerate(lines) if line.startswith("    ")), len(lines))
    return Message(
        expected, observed, "\n".join(lines[:end]).strip(), _dedented(lines[end:]), printed
    )


def _take(lines: list[str], word: str) -> tuple[str, ...]:
    if not lines or not lines[0].lstrip().startswith(f"{word} "):
        return ()
    rest = lines.pop(0).lstrip().removeprefix(word).strip()
    return tuple(part.strip() for part in rest.split(JOINT))


def _dedented(lines: list[str]) -> str:
    return "\n".join(line.removeprefix("    ") for line in lines).strip("\n")
