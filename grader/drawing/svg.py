"""A laid-out timeline as inline SVG: styled by lanes.css, no style attribute, no script."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from grader.drawing.icons import icon_of
from grader.drawing.labels import Label, labels, measure, right_end
from grader.drawing.lanes import CLIENT, Event, Mark, Picture, lanes_of, lay_out
from grader.drawing.markup import Markup, join, tag
from grader.drawing.words import seconds

LABELS, STEP, GAP, LANE, TOP, BOTTOM, RIGHT, MARGIN = 70, 26, 26, 30, 36, 12, 12, 4
TOP_OF_BANDS, BOLD = 18, 1.1
MIN_WIDTH = 320  # as wide as a phone has room for
PHASES = {"wait": "the client waits", "both": "of either request", "after": "after the response"}


def draw(
    events: Sequence[Event],
    offending: Collection[int] = (),
    missing: Sequence[str] = (),
    name: str = "Timeline",
) -> Markup:
    """The picture of a timeline; see `lay_out` for the arguments. `name` is read out."""
    picture = lay_out(events, offending, missing)
    if not picture.rows:
        return tag("p", "Nothing happened.", class_="nothing")
    rows = [_row(picture, number, name) for number in range(len(picture.rows))]
    note = None
    if picture.left_out:
        note = tag("p", f"{picture.left_out} more events are not drawn.", class_="cut")
    return join(
        tag(
            "p", "Wider than your screen: scroll sideways →", class_="sideways", aria_hidden="true"
        ),
        tag("div", join(*rows), class_="lanes"),
        note,
    )


def _row(picture: Picture, number: int, name: str) -> Markup:
    marks = picture.rows[number]
    lanes = lanes_of(marks)
    xs = _columns(marks)
    height = TOP + LANE * len(lanes) + BOTTOM
    words = list(labels(marks, xs, LABELS))
    width = max(xs[-1] + STEP / 2 + RIGHT, right_end(words) + MARGIN, MIN_WIDTH)
    ys = {lane: TOP + LANE * i + LANE / 2 for i, lane in enumerate(lanes)}
    carried = picture.rows[number - 1][-1].phase if number else "idle"
    body = join(
        _bands(marks, xs, height, width, carried),
        *(tag("line", x1=LABELS, y1=y, x2=width, y2=y, class_="rail") for y in ys.values()),
        _axis(marks, xs),
        *(_mark(mark, x, ys[mark.lane]) for mark, x in zip(marks, xs, strict=True)),
        *(_text(label, ys[label.lane]) for label in words),
        _names(ys, height),
    )
    several = f", part {number + 1} of {len(picture.rows)}" if len(picture.rows) > 1 else ""
    return tag(
        "svg",
        body,
        class_="timeline",
        role="group",
        aria_label=f"{name}{several}",
        viewBox=f"0 0 {width:g} {height}",
        width=f"{width:g}",
        height=height,
    )


def _columns(marks: list[Mark]) -> list[float]:
    x = float(LABELS + STEP / 2 - STEP)
    xs = []
    for mark in marks:
        x += STEP + (GAP if mark.gap_s else 0)
        xs.append(x)
    return xs


def _bands(marks: list[Mark], xs: list[float], height: int, width: float, carried: str) -> Markup:
    """Who waits when: hatched while a client does, plain while work goes on after the response."""
    edges = [float(LABELS), *xs, width]
    phases = [carried, *(mark.phase for mark in marks)]
    # The client's lane, where there is one, is the first.
    client = TOP + LANE * any(mark.lane == CLIENT for mark in marks)
    parts, at = [], 0
    for phase, run in groupby(phases):
        size = len(list(run))
        left, right = edges[at], edges[at + size]
        at += size
        if phase != "idle" and right > left:
            parts.append(_band(phase, left, right, height, client))
    return join(*parts)


def _band(phase: str, left: float, right: float, height: int, client: int) -> Markup:
    """Below a client who waits, work is hatched only where no other request could have done it."""
    if phase == "both":
        rest = _ground("band both", left, right, client, height)
        said = _said(phase, left, right, height - 3)
        return join(_band("wait", left, right, client, client), rest, said)
    return join(
        _ground(f"band {phase}", left, right, TOP_OF_BANDS, height),
        _ground("hatching", left, right, TOP_OF_BANDS, height) if phase == "wait" else None,
        _said(phase, left, right, 29),
    )


def _ground(class_: str, left: float, right: float, top: float, bottom: float) -> Markup:
    return tag("rect", x=left, y=top, width=right - left, height=bottom - top, class_=class_)


def _said(phase: str, left: float, right: float, y: float) -> Markup | None:
    words = PHASES[phase]
    fits = measure(words) * BOLD < right - left - 4
    return tag("text", words, x=left + 4, y=y, class_="phase") if fits else None


def _names(ys: dict[str, float], height: int) -> Markup:
    """Over everything else, with a ground of their own: the script keeps them in sight."""
    ground = tag("rect", x=0, y=0, width=LABELS, height=height, class_="under")
    names = [tag("text", name, x=LABELS - 8, y=y + 4, class_="lane") for name, y in ys.items()]
    return tag("g", ground, *names, class_="names")


def _axis(marks: list[Mark], xs: list[float]) -> Markup:
    ticks = []
    for i, (mark, x) in enumerate(zip(marks, xs, strict=True)):
        if i == 0 or mark.gap_s:
            ticks.append(tag("text", seconds(mark.at_s), x=x, y=11, class_="tick"))
        if mark.gap_s and i:
            middle = (xs[i - 1] + x) / 2
            ticks.append(
                tag("path", d=f"M{middle - 5:g} 4l-3 9M{middle + 1:g} 4l-3 9", class_="gap")
            )
    return join(*ticks)


def _mark(mark: Mark, x: float, y: float) -> Markup:
    classes = ["event", mark.lane.split()[0], mark.kind.split(".")[-1]]
    classes += ["offending"] * mark.offending + ["ghost"] * mark.ghost
    words = f"Out of place: {mark.words}" if mark.offending else mark.words
    extra = None
    if mark.offending:
        extra = join(
            tag("circle", cx=x, cy=y, r=13.5, class_="ring"),
            tag("path", d=f"M{x:g} {y + 15:g}l-4.5 7h9z", class_="pointer"),
        )
    if mark.kind.endswith(".refused"):
        extra = join(extra, tag("path", d=f"M{x - 7:g} {y + 7:g}l14-14", class_="strike"))
    use = tag("use", href=f"#i-{icon_of(mark.kind)}", x=x - 8, y=y - 8, width=16, height=16)
    return tag(
        "g",
        tag("title", words),
        tag("circle", cx=x, cy=y, r=10.5),
        use,
        extra,
        class_=" ".join(classes),
        tabindex=0,
        role="img",
    )


def _text(label: Label, y: float) -> Markup:
    up, class_ = {"right": (3.5, "note"), "left": (3.5, "note left"), "over": (-12.5, "note over")}[
        label.side
    ]
    return tag("text", label.words, x=label.x, y=y + up, class_=class_)
