"""The sentence for an exception that came out of an app."""

from __future__ import annotations

import re

from grader.expect import code, short
from grader.timeline import Event

# One entry of FastAPI's text, such as {'type': …, 'loc': ('response', 'name'), 'msg': …, 'input': …
MISFIT = "ResponseValidationError"
ENTRY = re.compile(r"'loc': \('response',(?P<place>[^)]*)\), 'msg': '(?P<why>[^']*)'")
NOT_RAISED = (
    "The endpoint returned an HTTPException. Write `raise HTTPException(…)`: what is returned is"
    " sent as the answer."
)
NOTHING_RETURNED = "The endpoint returned None where it declares an answer: is a `return` missing?"
MAX_TEXT = 300


def raised(event: Event) -> str:
    """What `task.raised` or `endpoint.raised` tells, in a line."""
    error, text = str(event.detail["error"]), str(event.detail.get("text") or "")
    if error == MISFIT:
        return _misfit(text)
    where = "A background task" if event.kind == "task.raised" else "The endpoint"
    said = f": {short(text, MAX_TEXT)}" if text.strip() else ""
    return f"{where} raised {error}{said}; nothing after that line ran."


def traceback_of(event: Event) -> str:
    """Empty where it has no frame of the student's, only the text that the sentence sums up."""
    return "" if event.detail["error"] == MISFIT else str(event.detail["traceback"])


def _misfit(text: str) -> str:
    """FastAPI compared what the endpoint returned with the answer that it declares."""
    if "'input': HTTPException(" in text:
        return NOT_RAISED
    found = [(", ".join(re.findall(r"\w+", place)), why) for place, why in ENTRY.findall(text)]
    if any(not place for place, _ in found) and "'input': None" in text:
        return NOTHING_RETURNED
    misfits = "; ".join(f"{code(place)}: {why}" if place else why for place, why in found)
    seen = f": {short(misfits, MAX_TEXT)}" if misfits else ""
    return f"What the endpoint returned does not fit the answer that it declares{seen}."
