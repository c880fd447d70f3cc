"""One check on the page: what was expected, what was seen, why, and the picture."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from grader.drawing.lanes import MAX_MARKS
from grader.drawing.markup import Markup, inline, join, tag
from grader.drawing.svg import draw
from grader.drawing.words import full, kind_of
from grader.reporters.page.message import Message, parse
from grader.results import CheckResult, Outcome

MAX_BYTES = 1_500_000  # of pictures and lists on one page
SIGNS = {
    Outcome.PASSED: "✓ passed",
    Outcome.FAILED: "✕ failed",
    Outcome.NOT_REACHED: "– not reached",
    Outcome.ERROR: "! grader error",
}


@dataclass(slots=True)
class Budget:
    """How much the page may still grow; pictures that do not fit are left out with a note."""

    left: int = MAX_BYTES

    def take(self, piece: Markup) -> Markup:
        """`piece`, or a note in its place."""
        size = len(piece.encode())
        if size > self.left:
            return tag("p", "No picture: this page would become too large.", class_="cut")
        self.left -= size
        return piece


def article(check: CheckResult, anchor: str, budget: Budget) -> Markup:
    """A check to look at, in full."""
    message = parse(check.message)
    return tag(
        "article",
        _title(check, anchor),
        tag("p", inline(message.cause), class_="cause") if message.cause else None,
        _compared(message, _kinds(check)),
        budget.take(_figure(check)) if check.outcome is Outcome.FAILED or check.timeline else None,
        tag("p", inline(check.hint), class_="where") if check.hint else None,
        _text("Where it happened in your code", message.more),
        _text("Your app printed", message.printed),
        budget.take(_in_words(check)) if check.timeline else None,
        id=anchor,
        class_="check",
        aria_labelledby=f"{anchor}-title",
    )


def unreached(checks: Sequence[CheckResult]) -> Markup:
    """Checks that wait for others, as a list."""
    items = [
        tag("li", inline(check.title), tag("span", " ", inline(check.message or ""), class_="soft"))
        for check in checks
    ]
    head = tag("h3", f"{len(checks)} not reached yet")
    return tag("div", head, tag("ul", *items), class_="unreached")


def folded(checks: Sequence[CheckResult], budget: Budget) -> Markup:
    """Checks that passed, each under its title."""
    items = [tag("li", _passed(check, budget)) for check in checks]
    count = "1 check passed" if len(checks) == 1 else f"{len(checks)} checks passed"
    inner = tag("ul", *items, class_="passes")
    return tag("details", tag("summary", f"✓ {count}"), inner, class_="folded")


def _passed(check: CheckResult, budget: Budget) -> Markup:
    points = tag("span", f" {_points(check)}", class_="soft")
    summary = tag("summary", "✓ ", inline(check.title), points)
    return tag("details", summary, budget.take(_figure(check)))


def _title(check: CheckResult, anchor: str) -> Markup:
    sign = tag("span", SIGNS[check.outcome], class_=f"badge {check.outcome.value}")
    task = tag("span", f"task {check.task} · {_points(check)}", class_="soft")
    return tag(
        "div",
        tag("h3", inline(check.title), id=f"{anchor}-title"),
        tag("p", sign, " ", task),
        class_="top",
    )


def _points(check: CheckResult) -> str:
    return f"{check.points} of {check.max_points} points"


def _compared(message: Message, odd: Collection[str]) -> Markup | None:
    """Expected and observed, one over the other; `odd` kinds of events are marked."""
    if not message.expected:
        return None
    return tag(
        "dl",
        tag("dt", "expected"),
        tag("dd", _chips(message.expected)),
        tag("dt", "observed"),
        tag("dd", _chips(message.observed, odd)),
        class_="compared",
    )


def _chips(parts: Sequence[str], odd: Collection[str] = ()) -> Markup:
    items = []
    for part in parts:
        marked = part.split(" ")[0] in odd
        chip = "chip odd" if marked else "chip"
        items.append(tag("li", "✕ " if marked else None, inline(part), class_=chip))
    return tag("ol", *items, class_="chips")


def _kinds(check: CheckResult) -> set[str]:
    return {kind_of(check.timeline[i]) for i in check.offending if i < len(check.timeline)}


def _figure(check: CheckResult) -> Markup:
    if not check.timeline:
        return tag("p", "Nothing was seen of your app.", class_="nothing")
    name = f"Timeline of: {check.title}"
    return tag("figure", draw(check.timeline, check.offending, check.missing, name))


def _in_words(check: CheckResult) -> Markup:
    """The picture again as a list: for reading aloud, on a phone, and on paper."""
    shown = check.timeline[:MAX_MARKS]
    items = [
        tag("li", tag("strong", "Out of place: ") if i in check.offending else None, full(event))
        for i, event in enumerate(shown)
    ]
    rest = len(check.timeline) - len(shown)
    note = tag("p", f"{rest} more events.", class_="cut") if rest else None
    summary = tag("summary", f"The {len(check.timeline)} events in words")
    return tag("details", summary, join(tag("ol", *items), note), class_="words")


def _text(title: str, text: str) -> Markup | None:
    return join(tag("h4", title), tag("pre", text)) if text else None
