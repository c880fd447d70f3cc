"""What a student sees on the live page: before or after the response, through reloads."""

from __future__ import annotations

import signal

import httpx
import pytest
from playwright.sync_api import expect

from tests.html.browser import WIDTHS, barriers, opened, overflow
from tests.live.served import PATIENCE_SECONDS, ROOT, free_port, register, serving, until

INLINE = "tests/specimens/ex1/wrong/inline_before_the_response.py"
THREAD = "tests/specimens/ex1/wrong/thread_in_the_endpoint.py"
SOLUTION = "solutions/ex1/app.py"
SAID = """() => {
  window.said = [];
  const state = document.getElementById("state");
  new MutationObserver(() => window.said.push(state.textContent)).observe(
    state, { childList: true, subtree: true });
}"""
LIFESPAN = """
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app):
    raise RuntimeError("no <db>")
    yield


app = FastAPI(lifespan=lifespan)
"""
BUSY = """
import asyncio
from time import sleep

import httpx
from fastapi import BackgroundTasks, FastAPI

from exercises.services import StorageDep, StorageError

app = FastAPI()


@app.get("/busy")
def busy(background: BackgroundTasks, storage: StorageDep) -> None:
    background.add_task(work, storage)


async def work(storage) -> None:
    await asyncio.to_thread(sleep, 0.2)
    await asyncio.sleep(0.1)
    async with httpx.AsyncClient() as client:
        try:
            await client.get("http://127.0.0.1:9/")
        except httpx.ConnectError:
            storage.save_file("a.txt", b"abc")
    try:
        storage.save_file("a.txt/b", b"abc")
    except StorageError:
        pass
"""


def test_the_mail_leaves_after_the_response(browser, solution):
    """The solution: the row before, mail and audit after; seen without reloading the page."""
    page = opened(browser, solution.page)
    expect(page.locator("#state")).to_have_text("✓ app.py is running")
    assert register(solution, "grace@example.com").status_code == 201
    hers = page.locator(".event.mail[aria-label*='to grace@example.com']")
    card = page.locator(".card", has=hers)  # other tests register at the same app
    expect(card.locator(".after-it")).to_have_text("mail.sentaudit.recorded")
    expect(card.locator(".before")).to_have_text("row.inserted")
    expect(card.locator("h2")).to_have_text("POST /users")
    expect(card.locator(".badge")).to_have_text("✓ 201")
    sent, mail = card.locator(".event.sent.client"), card.locator(".event.mail")
    assert sent.bounding_box()["x"] < mail.bounding_box()["x"]
    assert page.complaints == []


@pytest.mark.parametrize("app", [INLINE, THREAD])
def test_the_mail_leaves_before_the_response(browser, tmp_path, app):
    """Sent in the endpoint, or by a thread that does not wait: the page says before."""
    with serving(app, tmp_path) as served:
        page = opened(browser, served.page)
        expect(page.locator("#state")).to_have_text("✓ app.py is running")
        assert register(served).status_code == 201
        card = page.locator(".card")
        expect(card.locator(".before")).to_contain_text("mail.sent")
        expect(card.locator(".event.finished")).to_be_visible()
        mail, sent = card.locator(".event.mail"), card.locator(".event.sent.client")
        assert mail.bounding_box()["x"] < sent.bounding_box()["x"]


def test_a_save_starts_the_app_again_and_the_page_stays(browser, tmp_path):
    """A syntax error is named with its line, on page and terminal; the next save mends it."""
    with serving(SOLUTION, tmp_path) as served:
        page = opened(browser, served.page)
        good = served.file.read_text(encoding="utf-8")
        register(served)
        expect(page.locator(".card")).to_have_count(1)
        served.file.write_text(good + "\ndef broken(:\n", encoding="utf-8")
        line = good.count("\n") + 2
        expect(page.locator("#state")).to_contain_text(f"syntax error in line {line}")
        assert served.says(f"[grader] app.py has a syntax error in line {line}")
        assert register(served).status_code == 503
        served.file.write_text(good.replace("status_code=201", "status_code=200"), "utf-8")
        expect(page.locator("#state")).to_have_text("✓ app.py is running")
        register(served)
        expect(page.locator(".card")).to_have_count(2)
        assert page.complaints == []


def test_an_ordered_end_is_no_accident(browser, tmp_path):
    """Ctrl-C: how to serve again, and not "status -15" and "save the file", which changes nothing.

    Nor does a save show it in between, while the old process is stopped.
    """
    with serving(SOLUTION, tmp_path) as served:
        page = opened(browser, served.page)
        expect(page.locator("#state")).to_have_text("✓ app.py is running")
        page.evaluate(SAID)
        served.file.write_text(served.file.read_text("utf-8") + "\n# saved\n", encoding="utf-8")
        assert served.says("startup complete", times=2)
        expect(page.locator("#state")).to_have_text("✓ app.py is running")
        served.process.send_signal(signal.SIGINT)
        expect(page.locator("#state")).to_contain_text("Serving has ended. To start it again")
        assert page.locator("#state code").inner_text().startswith("grader serve ex1 --port 0")
        served.process.wait(PATIENCE_SECONDS)
        page.wait_for_timeout(1200)  # it has tried to connect again
        assert page.locator("#line").inner_text() == ""
        said = page.evaluate("window.said.join(' ')")
        assert "status" not in said
        assert "Watching" not in said


def test_an_app_that_raises_shows_its_own_lines(browser, tmp_path):
    """A background task that raises is marked, with the traceback of the student's file."""
    with serving(SOLUTION, tmp_path) as served:
        good = served.file.read_text(encoding="utf-8")
        page = opened(browser, served.page)
        raising = '    raise RuntimeError("<b>no</b>")\n    try:\n        mailer'
        served.file.write_text(good.replace("    try:\n        mailer", raising), "utf-8")
        assert served.says("starting again")
        assert served.says("startup complete", times=2)  # until then the old one may answer
        assert register(served).status_code == 201
        card = page.locator(".card")
        expect(card.locator(".event.raised.offending")).to_be_visible()
        expect(card.locator("pre")).to_contain_text("in welcome")
        expect(card.locator("pre")).to_contain_text("RuntimeError: <b>no</b>")


def test_an_app_that_does_not_start_says_why(browser, tmp_path):
    """On the page, while requests get an answer; each save is tried."""
    broken = {
        LIFESPAN: "the lifespan of the app failed: RuntimeError: no <db>",
        "import sys\n\nsys.exit(4)\n": "ended the process while it was imported (status 4)",
        "application = 1\n": "app.py defines no `app`",
        "from exercises.services import nothing\n": "cannot import name 'nothing'",
    }
    with serving(SOLUTION, tmp_path) as served:
        page = opened(browser, served.page)
        for app, reason in broken.items():
            served.file.write_text(app, encoding="utf-8")
            expect(page.locator("#state.failed")).to_contain_text(reason)
        assert until(lambda: register(served).status_code == 503)
        served.file.write_text((ROOT / SOLUTION).read_text("utf-8"), encoding="utf-8")
        expect(page.locator("#state")).to_have_text("✓ app.py is running")
        assert until(lambda: register(served).status_code == 201)


def test_sleeps_calls_and_files_are_drawn(browser, tmp_path):
    """Real time and the real world: what the app waits for, calls and saves, in its lanes."""
    (tmp_path / "busy").mkdir()
    (tmp_path / "busy.py").write_text(BUSY, encoding="utf-8")
    with serving(tmp_path / "busy.py", tmp_path / "busy") as served:
        page = opened(browser, served.page)
        assert httpx.get(f"{served.app}/busy").status_code == 200
        card = page.locator(".card")
        expect(card.locator(".after-it")).to_have_text(
            "clock.slept ×2http.attemptedfile.savedfile.refused"
        )
        told = [one.get_attribute("aria-label") for one in card.locator(".event").all()]
        assert any("seconds 0.2" in words for words in told)
        assert any("answer ConnectError" in words for words in told)
        assert any("path a.txt, bytes 3" in words for words in told)
        expect(card.locator(".tick").last).to_contain_text("ms")


@pytest.mark.parametrize("width", WIDTHS)
def test_fits_and_has_no_barriers(browser, solution, tmp_path, width):
    """At both widths, light and dark: no overflow, and nothing that axe finds."""
    register(solution, f"{width}@example.com")
    for scheme in ("light", "dark"):
        page = opened(browser, solution.page, width, scheme)
        expect(page.locator(".card .event.finished").first).to_be_visible()
        page.screenshot(path=tmp_path / f"live-{width}-{scheme}.png", full_page=True)
        assert overflow(page) == 0
        assert barriers(page) == []
        assert page.complaints == []


def test_the_page_connects_again(browser, tmp_path):
    """While nobody serves, the page says so, killed or ended; when somebody does, it goes on."""
    port = free_port()
    with serving(SOLUTION, tmp_path, port) as served:
        page = opened(browser, served.page)
        expect(page.locator("#state")).to_have_text("✓ app.py is running")
        expect(page.get_by_text("No request yet.")).to_be_visible()
        served.process.kill()
        expect(page.locator("#line")).to_contain_text("Not connected")
    with serving(SOLUTION, tmp_path, port):
        expect(page.locator("#line")).to_be_empty()
    expect(page.locator("#state")).to_contain_text("Serving has ended")
    with serving(SOLUTION, tmp_path, port) as served:
        expect(page.locator("#state")).to_have_text("✓ app.py is running")
        register(served)
        expect(page.locator(".card .event.mail")).to_be_visible()
