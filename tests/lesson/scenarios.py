"""The timelines that the pages draw, each from a run of its own."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import patch

from exercises import services
from grader.serving.app import Served
from grader.serving.in_process import Debugging, InProcessServer
from grader.serving.limits import LIMITS
from grader.timeline import KINDS, picture
from tests.lesson.pages import LESSON, ROOT

SPECIMENS = ROOT / "tests" / "specimens" / "ex1" / "wrong"

Scenario = Callable[[Served], Awaitable[None]]
# What a picture leaves out: when the grader's own work begins and ends.
SHOWN = sorted(KINDS - {"request.received", "response.held", "request.finished"})
ADA = {"email": "ada@example.com"}
HOOK = "https://{}.example/hook"


@asynccontextmanager
async def watched(file: Path = LESSON / "main.py") -> AsyncIterator[Served]:
    """The lesson's server, or another app, watched as a student's is."""
    module = f"exercises.lesson.{file.stem}" if file.parent == LESSON else "exercises.ex1.app"
    async with InProcessServer(LIMITS, Debugging()).serve(str(file), module) as served:
        yield served


def post(path: str, **options: object) -> Scenario:
    """One POST, and all that follows from it."""

    async def act(app: Served) -> None:
        await app.client.post(path, **options)  # type: ignore[arg-type]
        await app.settle()

    return act


async def items(app: Served) -> None:
    """The list, whose dependency adds a task."""
    await app.client.get("/items")
    await app.settle()


async def pipeline(app: Served, query: str = "") -> None:
    """A task with its pipeline."""
    await post("/tasks?title=Test")(app)
    seen = len(app.desk.timeline.of(*SHOWN))
    await post(f"/tasks/1/pipeline{query}")(app)
    app.first = seen  # type: ignore[attr-defined]  # the picture begins with the pipeline


async def broken_pipeline(app: Served) -> None:
    """A pipeline whose second step fails."""
    await pipeline(app, "?fail_at=enrich")


async def order_without_mail(app: Served) -> None:
    """An order while the mail server is down."""
    app.desk.mailer.faults.fail_next()
    await post("/orders", json={**ADA, "item": "lamp"})(app)


async def subscribers(app: Served) -> None:
    """An event for three subscribers, the second of which is broken."""
    for name, status in (("a", 204), ("b", 500), ("c", 204)):
        app.desk.web.post(HOOK.format(name)).respond(status)
        await app.client.post("/subscribers", params={"url": HOOK.format(name)})
    await app.settle()
    app.first = len(app.desk.timeline.of(*SHOWN))  # type: ignore[attr-defined]
    await post("/events", json={"name": "paid"})(app)


SCENARIOS: dict[str, Scenario] = {
    "before": post("/hello/before", params=ADA),
    "after": post("/hello/after", params=ADA),
    "several": post("/tasks?title=Test"),
    "notify": post("/notify", json={**ADA, "text": "Tea?"}),
    "process": post("/process"),
    "items": items,
    "risky": post("/risky"),
    "careful": post("/risky?careful=true"),
    "pipeline": pipeline,
    "broken pipeline": broken_pipeline,
    "order": post("/orders", json={**ADA, "item": "lamp"}),
    "order without mail": order_without_mail,
    "upload": post("/upload", files={"file": ("a.txt", b"one\ntwo\n")}),
    "subscribers": subscribers,
}


WRONG = {"called": "called_instead_of_passed", "dropped": "injected_tasks_lost"}


async def draw(name: str) -> str:
    """The picture of one scenario, drawn by the grader's own hand."""
    if name.startswith("order of "):
        return await asyncio.to_thread(_recorded, name.removeprefix("order of "))
    file = SPECIMENS / f"{WRONG[name]}.py" if name in WRONG else LESSON / "main.py"
    act = post("/users", json={**ADA, "name": "Ada"}) if name in WRONG else SCENARIOS[name]
    async with watched(file) as app:
        await act(app)
        events = app.desk.timeline.of(*SHOWN)
    return picture(events[getattr(app, "first", 0) :])


def _recorded(endpoint: str) -> str:
    """What page 15's own recorder sees; without the two seconds that the mail takes."""
    with warnings.catch_warnings(), patch("exercises.lesson.first.time"):
        warnings.simplefilter("ignore")  # TestClient prefers another HTTP library
        from exercises.lesson.main import app
        from exercises.lesson.testing import order_of

        try:
            return " ── ".join(order_of(app, f"/hello/{endpoint}", "email=ada@example.com"))
        finally:
            services.provide(None, None)


def folded(text: str, width: int = 98) -> str:
    """A picture on several lines, for a page; the events and their order stay as they are."""
    lines = [""]
    for event in text.split(" ── "):
        joined = f"{lines[-1]} ── {event}" if lines[-1] else event
        if len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(f"   ── {event}")
    return "\n".join(lines)


ALL = [*SCENARIOS, *WRONG, "order of before", "order of after"]


async def draw_all() -> dict[str, str]:
    """Every picture by its name, as a page shows it."""
    return {name: folded(await draw(name)) for name in ALL}
