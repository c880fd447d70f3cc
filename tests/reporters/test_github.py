"""GitHub: what its runner reads as commands, and what its Markdown makes of the summary."""

from __future__ import annotations

import json
import re

import pytest
from lxml import html
from markdown_it import MarkdownIt

from grader.reporters import json as json_reporter
from grader.reporters import reporter, terminal
from grader.reporters.words import told
from grader.results import Report

from .reports import CASES, broken, failed, hostile, huge, partial, report

OURS = {"main", "h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
OURS |= {"pre", "code", "p", "ul", "li", "strong", "blockquote"}

each_case = pytest.mark.parametrize("report", [make() for make in CASES.values()], ids=CASES)


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands in a log, found and decoded the way GitHub's runner does it."""
    found = []
    for line in text.splitlines():
        match = re.match(r"\s*::(\w[\w-]*)(?: (.*?))?::(.*)", line)
        if match:
            pairs = [pair.split("=", 1) for pair in (match[2] or "").split(",") if pair]
            named = {key: decoded(value) for key, value in pairs}
            found.append((match[1], named, decoded(match[3])))
    return found


def decoded(text: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_a_failure_is_an_error_at_its_line() -> None:
    """File, line and title are the check's, and the message is whole, commas and all."""
    first, second, total = commands(reporter("github-annotations")(partial()))
    assert first[:2] == (
        "error",
        {"file": "exercises/ex1/app.py", "line": "7", "title": "the `b` of ex1, as told"},
    )
    assert "\nobserved   mail.sent ── " in first[2]
    assert first[2].endswith("See task 2 in exercises/ex1/README.md")
    assert "line" not in second[1]
    assert total == (
        "notice",
        {"title": "7 of 15 points"},
        "ex1 Exercise | 1: 2 of 10 points\nex2 Exercise | 2: 5 of 5 points",
    )


@each_case
def test_every_line_is_one_of_our_commands(report: Report) -> None:
    """Student text forges no command, and GitHub's limit of ten errors is kept."""
    text = reporter("github-annotations")(report)
    names = [name for name, _, _ in commands(text)]
    assert len(names) == len(text.splitlines()) == text.count("\n")
    assert set(names) <= {"error", "warning", "notice"}
    assert names.count("error") <= 10
    for _, properties, _ in commands(text):
        assert set(properties) <= {"file", "line", "title"}


def test_an_annotation_says_what_the_report_says() -> None:
    """Decoded by the runner it is the same text, percent signs and line ends and all."""
    failure = hostile().exercises[0].checks[0]
    first, _ = commands(reporter("github-annotations")(hostile()))
    assert first[2] == told(failure, 2_000)
    assert "%0A" in first[2]


def test_what_ten_errors_do_not_hold_is_counted() -> None:
    """Nine failures are shown, the tenth line says how many there are beside."""
    found = commands(reporter("github-annotations")(huge()))
    assert found[9][:2] == ("error", {"title": "more"})
    assert found[9][2] == "111 more checks failed; the summary shows all of them."


@each_case
@pytest.mark.parametrize("verbose", [True, False])
def test_the_log_of_grade_holds_no_command(report: Report, verbose: bool) -> None:
    """The text for people goes to the same log: no line of it is a command of either kind."""
    text = terminal.render(report, verbose)
    assert commands(text) == []
    assert "##[" not in text
    assert not set(text) & set("\x00\x1b\u202e\ud800\r\x85\u2028")


@each_case
def test_json_on_the_screen_holds_no_command(report: Report) -> None:
    """`--json -` goes to the log as well; what stands in it is the same."""
    text = json_reporter.render(report)
    assert commands(text) == []
    assert "##[" not in text
    assert json.loads(text) == json.loads(json.dumps(json_reporter.as_dict(report)))


def rendered(text: str) -> html.HtmlElement:
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    return html.fromstring(f"<main>{markdown.render(text)}</main>")


@each_case
def test_the_summary_is_the_page_that_we_wrote(report: Report) -> None:
    """Rendered, it has our headings, tables and folds, and nothing a student asked for."""
    page = rendered(reporter("github-summary")(report))
    assert {element.tag for element in page.iter()} <= OURS
    count = len(report.exercises)
    found = [len(page.findall(tag)) for tag in ("h2", "h3", "table", "table/tbody/tr")]
    assert found == [1, count, 1, count]


def test_the_summary_shows_each_failure_with_its_timeline() -> None:
    """Title, message and picture stand in one fold, with a mark at what is out of place."""
    page = rendered(reporter("github-summary")(partial()))
    fold = page.find("details")
    assert fold.find("summary").text_content() == (
        "❌ the b of ex1, as told (0 of 3 in exercises/ex1/app.py, line 7)"
    )
    picture = fold.find("pre/code").text_content().split("\n\n")[-1].splitlines()
    assert picture[1:3] == [
        "       0 s  request.received POST /users",
        ">      0 s  mail.sent ada@example.com",
    ]
    assert picture[-1] == "?           mail.sent did not follow"


@pytest.mark.parametrize(
    "text", ["```", "````\n```", "~~~", "   ```", "```\n</details>\n# x", "`" * 99]
)
def test_a_fence_cannot_be_closed(text: str) -> None:
    """Whatever fence an app prints, its text stays in the block, to the letter."""
    told = report((failed("ex1/a", 1, message=f"{text}\nend"),))
    page = rendered(reporter("github-summary")(told))
    (block,) = page.xpath("//pre/code")
    assert block.text.startswith(f"{text}\nend\n")


def test_the_summary_keeps_to_the_limit_and_says_so() -> None:
    """GitHub shows nothing of a summary above 1 MiB."""
    text = reporter("github-summary")(huge())
    assert 900_000 < len(text.encode()) <= 1 << 20
    assert re.search(r"\d+ parts are left out here: GitHub takes 1 MB", text.splitlines()[-1])
    assert "## 0 of 120 points" in text


def test_a_grader_error_is_not_the_students() -> None:
    """It is a warning and a sentence, and no error at anybody's file."""
    names = [name for name, _, _ in commands(reporter("github-annotations")(broken()))]
    assert names == ["warning", "notice"]
    assert "not your fault" in reporter("github-summary")(broken())


def test_hostile_words_can_still_be_read() -> None:
    """Escaping loses nothing: the student sees what their app said."""
    assert (
        "<script>alert(1)</script>"
        in rendered(reporter("github-summary")(hostile())).text_content()
    )
