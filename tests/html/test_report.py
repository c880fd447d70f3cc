"""The HTML report in Chromium: readable, reachable, inert."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from grader.reporters import html
from grader.results import Outcome
from tests.html import reports
from tests.html.browser import WIDTHS, barriers, opened, overflow

TOUCHING = """() => [...document.querySelectorAll('.timeline')].flatMap((picture) => {
  const frame = picture.getBoundingClientRect();
  const words = [...picture.querySelectorAll('.note, .lane')];
  const boxes = words.map((word) => word.getBoundingClientRect());
  return words.filter((_, i) => boxes[i].right > frame.right || boxes.some((other, j) => j < i &&
    Math.min(boxes[i].right, other.right) - Math.max(boxes[i].left, other.left) > 1 &&
    Math.min(boxes[i].bottom, other.bottom) - Math.max(boxes[i].top, other.top) > 4
  )).map((word) => word.textContent);
})"""


def shown(browser: Browser, tmp_path: Path, report, width="desk", scheme="light") -> Page:
    file = tmp_path / "report.html"
    file.write_text(html.render(report), encoding="utf-8")
    return opened(browser, file.as_uri(), width, scheme)


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_fits_and_has_no_barriers(browser, tmp_path, width, scheme):
    """At both widths, light and dark, unfolded: no overflow, nothing that axe finds."""
    page = shown(browser, tmp_path, reports.usual(), width, scheme)
    unfold(page)
    page.screenshot(path=tmp_path / f"{width}-{scheme}.png", full_page=True)
    assert overflow(page) == 0
    assert page.complaints == []
    assert barriers(page) == []


def test_dark_is_dark_and_light_is_light(browser, tmp_path):
    """The ground follows what the reader prefers."""
    grounds = []
    for scheme in ("light", "dark"):
        page = shown(browser, tmp_path, reports.usual(), scheme=scheme)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        grounds.append(sum(map(int, re.findall(r"\d+", colour)[:3])))
    assert grounds[0] > 600 > 200 > grounds[1]


def test_a_failure_is_told_in_four_parts(browser, tmp_path):
    """Title, expected and observed, cause and place to go stand open; passes are folded."""
    page = shown(browser, tmp_path, reports.usual())
    failed = page.locator("article").first
    assert failed.locator("h3").inner_text() == "the mail_after_response"
    expected, observed = failed.locator("dd").all()
    assert expected.locator("li").all_inner_texts() == [
        "response.started", "response.sent", "mail.sent",
    ]  # fmt: skip
    assert observed.locator("li").first.inner_text() == "✕ mail.sent"
    assert "The client waited for your mailer" in failed.inner_text()
    assert failed.get_by_text("See task 2").is_visible()
    assert failed.get_by_text('File "app.py", line 7').is_visible()
    assert failed.get_by_text("hello", exact=True).is_visible()
    assert page.get_by_text("the registers").is_hidden()
    assert page.get_by_text("not reached: first another").is_visible()


def test_the_picture_marks_what_is_out_of_place(browser, tmp_path):
    """The early mail is ringed and says so; a ghost stands where it was expected."""
    picture = shown(browser, tmp_path, reports.usual()).locator("article .timeline").first
    odd = picture.locator(".offending")
    assert odd.count() == 1
    assert odd.get_attribute("aria-label").startswith("Out of place: mail.sent at 0 s")
    assert odd.locator(".ring").is_visible()
    ghost = picture.locator(".ghost")
    assert ghost.get_attribute("aria-label") == "expected here: mail.sent"
    sent = picture.locator(".sent.client")
    assert odd.bounding_box()["x"] < sent.bounding_box()["x"] < ghost.bounding_box()["x"]
    assert picture.locator(".tick").all_text_contents() == ["0 s", "2 s"]
    assert picture.locator(".band.wait").count() == 1


def test_work_of_an_earlier_request_is_not_under_the_waiting_of_another(browser, tmp_path):
    """It looked as if the second request had sent a mail before it was answered with 409."""
    page = shown(browser, tmp_path, reports.crowded())
    picture = page.locator("article").first.locator(".timeline")
    mail = picture.locator(".event.mail circle").first.bounding_box()
    middle = mail["x"] + mail["width"] / 2
    hatched = [one.bounding_box() for one in picture.locator(".hatching").all()]
    over = [box for box in hatched if box["x"] < middle < box["x"] + box["width"]]
    assert [box["y"] + box["height"] <= mail["y"] + 1 for box in over] == [True]
    assert picture.get_by_text("of either request").count() == 1


def test_words_beside_the_marks_are_apart_and_inside(browser, tmp_path):
    """Two mails in a lane read `ada@example.cada@exampl…`, and a last word stood half outside."""
    page = shown(browser, tmp_path, reports.crowded())
    assert page.evaluate(TOUCHING) == []
    assert "reports: done" in page.locator("article .timeline .note").all_text_contents()


def test_a_wide_picture_says_that_it_scrolls(browser, tmp_path):
    """On a phone the event to look at, and the names of the lanes, are on the screen with it."""
    page = shown(browser, tmp_path, reports.crowded(), "phone")
    long = page.locator("article", has=page.locator("#ex1-long-title"))
    assert long.get_by_text("scroll sideways").is_visible()
    frame = long.locator(".lanes").bounding_box()
    odd = long.locator(".offending .ring").bounding_box()
    assert odd["x"] + odd["width"] <= frame["x"] + frame["width"]
    assert odd["x"] > frame["x"] + 60
    name = long.locator(".timeline .lane").last.bounding_box()
    assert frame["x"] <= name["x"] < odd["x"]
    faded = "(e) => getComputedStyle(e).maskImage"
    assert "gradient" in long.locator(".lanes").evaluate(faded)
    long.locator(".lanes").evaluate("(e) => { e.scrollLeft = 10000 }")
    page.wait_for_function("!document.querySelector('#ex1-long .goes-on')")
    assert page.locator("details .sideways.needed").count() == 0
    desk = shown(browser, tmp_path, reports.usual())
    assert not desk.locator("article").first.get_by_text("scroll sideways").is_visible()


def test_code_is_code_everywhere_and_the_path_is_short(browser, tmp_path):
    """Pills showed backticks, the footer the grader's own folders."""
    page = shown(browser, tmp_path, reports.crowded())
    assert "`" not in page.locator("body").inner_text()
    assert page.locator(".chip code").first.inner_text() == "reports"
    assert page.locator("footer code").first.inner_text() == "ada"
    assert "/home" not in page.content()


def test_every_event_is_reached_by_keys(browser, tmp_path):
    """Tab enters a picture once, arrows walk it, the tip shows each event, Escape ends it."""
    page = shown(browser, tmp_path, reports.usual())
    first = page.locator("article .timeline").first.locator(".event")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('event')"):
            break
    seen = []
    for _ in range(first.count()):
        seen.append(page.locator(".tip").inner_text())
        page.keyboard.press("ArrowRight")
    assert seen == [one.get_attribute("aria-label") for one in first.all()]
    assert "to ada@example.com, subject Welcome!" in seen[2]
    page.keyboard.press("Escape")
    assert page.locator(".tip").is_hidden()
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.classList.contains('event')")


def test_details_show_on_hover_and_stay_on_the_screen(browser, tmp_path):
    """On a phone too, the tip lies within the window."""
    page = shown(browser, tmp_path, reports.usual(), "phone")
    page.locator("article .event.mail").first.hover()
    box = page.locator(".tip").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= WIDTHS["phone"]
    assert "mail.sent" in page.locator(".tip").inner_text()


def test_hostile_text_is_text(browser, tmp_path):
    """Markup and scripts in every field of a report stay words; the policy has nothing to stop."""
    page = shown(browser, tmp_path, reports.hostile())
    unfold(page)
    page.locator("article .event.mail").first.hover()
    assert page.complaints == []
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert "<script>alert(1)</script>" in page.locator(".cause").inner_text()
    assert "\u202e" not in page.content()
    assert overflow(page) == 0


def test_an_injected_script_would_be_stopped(browser, tmp_path):
    """The policy of the page holds even if escaping failed."""
    text = html.render(reports.usual()).replace(
        "<main>", "<main><script>document.title = 'mine'</script><b style='color: red'>x</b>"
    )
    (tmp_path / "broken.html").write_text(text, encoding="utf-8")
    page = opened(browser, (tmp_path / "broken.html").as_uri())
    assert page.title() != "mine"
    assert sum("Content Security Policy" in complaint for complaint in page.complaints) == 2


def test_nothing_is_loaded(browser, tmp_path):
    """The page needs no network."""
    file = tmp_path / "report.html"
    file.write_text(html.render(reports.usual()), encoding="utf-8")
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]


def test_a_huge_report_stays_small(browser, tmp_path):
    """70 checks of 400 events: below 2 MB, and the page says what it left out."""
    text = html.render(reports.huge())
    assert len(text.encode()) < 2_000_000
    page = shown(browser, tmp_path, reports.huge())
    unfold(page)
    assert page.locator("article").count() == 35
    assert page.get_by_text("events are not drawn").count() > 0
    assert page.get_by_text("this page would become too large").count() > 0
    assert overflow(page) == 0


def test_without_script_the_picture_is_complete(browser, tmp_path):
    """Events keep their titles and take focus one by one."""
    file = tmp_path / "report.html"
    file.write_text(html.render(reports.usual()), encoding="utf-8")
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(file.as_uri())
    events = page.locator("article .event")
    assert events.count() == len(reports.INLINE) + 1
    assert all(one.get_attribute("tabindex") == "0" for one in events.all())
    assert "mail.sent" in events.nth(2).locator("title").text_content()


def test_print_opens_the_words_of_a_failure(browser, tmp_path):
    """On paper there is no hover: the events of a failure stand in words."""
    page = shown(browser, tmp_path, reports.usual())
    words = page.locator("article .words li").first
    assert not words.evaluate("(e) => e.checkVisibility()")
    page.emulate_media(media="print")
    assert words.evaluate("(e) => e.checkVisibility()")
    assert len(page.pdf()) > 10_000


def test_paper_is_white(browser, tmp_path):
    """Who reads in the dark still prints dark ink on a light ground."""
    page = shown(browser, tmp_path, reports.usual(), scheme="dark")
    ground = "getComputedStyle(document.querySelector('article')).backgroundColor"
    assert page.evaluate(ground) != "rgb(255, 255, 255)"
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_a_full_score_says_so(browser, tmp_path):
    """Nothing to look at, and one line that says it."""
    report = reports.report(reports.check("registers", Outcome.PASSED))
    page = shown(browser, tmp_path, report)
    assert page.locator("h1").inner_text() == "5 of 5 points"
    assert page.get_by_text("Every check passed.").is_visible()
    assert page.locator("article").count() == 0
