"""The pages as text: nothing in them is held by nothing, and nothing leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.exercise import HOME, SUITES, load, suite_files
from tests.lesson.pages import FENCE, LESSON, blocks, pages, source
from tests.lesson.scenarios import ALL, draw, folded

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CAUGHT = re.compile(r'(ex\d)[^|"]*?, task (\d)[^|"]*?: "([^"]+)"')
PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
NAMED = [(page.stem, block) for page in pages() for block in blocks(page)]


@PAGES
def test_a_page_is_between_250_and_700_words(page: Path) -> None:
    """Long enough to explain one idea, short enough to be read."""
    text = re.sub(r"<!--.*?-->|──", "", page.read_text(encoding="utf-8"))
    assert 250 <= len(text.split()) <= 700


@PAGES
def test_a_page_is_in_plain_words(page: Path) -> None:
    """What is simple to the author is not to everybody."""
    assert not re.findall(r"\b(simply|just|easily|obviously)\b", page.read_text(encoding="utf-8"))


@PAGES
def test_every_block_is_held_by_something(page: Path) -> None:
    """A fenced block is code of a file, a picture, a command, or lines of a server."""
    text = page.read_text(encoding="utf-8")
    assert text.count("```") == 2 * len(blocks(page))
    assert [block.text for block in blocks(page) if not block.kind] == []


@pytest.mark.parametrize(
    ("page", "what", "shown"),
    [(page, block.what, block.text) for page, block in NAMED if block.kind == "code"],
)
def test_code_is_a_part_of_its_file(page: str, what: str, shown: str) -> None:
    """What a page shows is what runs."""
    assert shown == source(what), "python -m tests.lesson.pages brings the page up to date"


@pytest.mark.parametrize("name", ALL)
async def test_a_picture_is_what_happens(name: str) -> None:
    """Each picture is drawn anew, by the grader, from a run."""
    drawn = folded(await draw(name))
    shown = [block.text for _, block in NAMED if block.kind == "picture" and block.what == name]
    assert shown, f"no page shows {name!r}"
    assert {text.rstrip("\n") for text in shown} == {drawn}


def test_every_picture_has_a_scenario() -> None:
    """No picture is drawn by hand."""
    assert {block.what for _, block in NAMED if block.kind == "picture"} == set(ALL)


def anchors(page: Path) -> set[str]:
    """What GitHub calls the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@PAGES
def test_links_inside_lead_somewhere(page: Path) -> None:
    """A link to a file of the repository finds it; others are https."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("https://", "#")):
            file, _, heading = target.partition("#")
            assert (page.parent / file).exists(), target
            assert not heading or heading in anchors(page.parent / file), target


def test_the_route_names_every_page_in_order() -> None:
    """README.md leads to each page, and each page to the next."""
    numbered = [page.name for page in pages()[1:]]
    assert re.findall(r"\]\((\d\d-[\w-]+\.md)\) \|", pages()[0].read_text()) == numbered
    for page, following in zip(pages()[1:], numbered[1:], strict=False):
        last = page.read_text(encoding="utf-8").split("Next:")[-1]
        assert f"]({following})" in last


def test_the_checks_named_for_each_mistake_exist() -> None:
    """Page 14 quotes titles of checks, with the exercise and the task that they belong to."""
    named = CAUGHT.findall((LESSON / "14-mistakes.md").read_text(encoding="utf-8"))
    assert len(named) >= 11
    for exercise, task, title in named:
        files = suite_files(load(HOME / exercise))
        text = "".join(file.read_text(encoding="utf-8") for file in files)
        check = (
            rf'@check\(task={task}\b[^)]*\)\s+async def \w+\([^)]*\):\s+"""{re.escape(title)}"""'
        )
        assert re.search(check, text), title


def test_titles_in_quotes_are_titles_of_checks() -> None:
    """Where a page says "the check …", there is one of that name."""
    suites = "".join(
        path.read_text(encoding="utf-8")
        for path in [*HOME.glob("ex*/test_*.py"), *SUITES.glob("ex*/test_*.py")]
    )
    for page in pages():
        text = " ".join(page.read_text(encoding="utf-8").split())
        for title in re.findall(r'checks? "([^"]+)"', text):
            assert f'"""{title}"""' in suites, (page.name, title)


def test_the_check_that_page_15_shows_is_one_of_exercise_1() -> None:
    """An indented block is quoted word for word."""
    page = FENCE.sub("", (LESSON / "15-testing.md").read_text(encoding="utf-8"))
    quoted = "\n".join(re.findall(r"^    (.*)$", page, re.MULTILINE))
    assert quoted.startswith("async def test_mail_after_response")
    assert quoted in (HOME / "ex1" / "test_ex1.py").read_text(encoding="utf-8")
