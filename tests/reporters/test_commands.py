"""`grader report`, and `grader grade --report`: as typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from grader.cli import cli
from grader.reporters import REPORTERS
from grader.reporters import json as json_reporter

from .reports import broken, full, partial

ROOT = Path(__file__).parents[2]


def typed(*args: str, **env: str) -> Result:
    return CliRunner().invoke(cli, args, env=env)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text(json_reporter.render(partial()), encoding="utf-8")
    return path


def one_line(done: Result, words: str) -> None:
    """Status 2, one line that begins with our name, nothing on standard output."""
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("grader: ")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


@pytest.mark.parametrize("name", set(REPORTERS) - {"classroom50"})
def test_every_format_can_be_written(name: str, file: Path, tmp_path: Path) -> None:
    """To a file and to standard output, the same; a report with points missing is no failure."""
    output = tmp_path / "output"
    assert typed("report", str(file), "--as", name, "--output", str(output)).exit_code == 0
    done = typed("report", str(file), "--as", name)
    assert (done.exit_code, done.stdout) == (0, output.read_text(encoding="utf-8"))


def test_one_exercise_alone(file: Path) -> None:
    """`NAME:ID` is the report on that exercise."""
    done = typed("report", str(file), "--as", "json:ex2")
    assert json.loads(done.stdout)["max_points"] == 5


def test_a_report_comes_through_a_pipe() -> None:
    """`-` is standard input."""
    text = json_reporter.render(full())
    done = CliRunner().invoke(cli, ["report", "-", "--as", "terminal"], input=text)
    assert done.stdout.endswith("10 of 10 points\n")


def test_bad_input_is_one_line(file: Path, tmp_path: Path) -> None:
    """Whatever is wrong is named with its value, and what to type instead."""
    other = tmp_path / "other.json"
    other.write_bytes(b'{"tests": "\xff"}')
    one_line(
        typed("report", str(file), "--as", "junit5"), "no reporter 'junit5'; there are check50"
    )
    one_line(typed("report", str(file), "--as", "json:ex9"), "no exercise 'ex9' in this report")
    one_line(typed("report", str(other), "--as", "json"), 'no report: its "schema" is not')
    one_line(typed("report", str(tmp_path), "--as", "json"), "Is a directory")
    one_line(typed("report", "nowhere.json", "--as", "json"), "cannot read 'nowhere.json'")
    one_line(typed("report", str(file), "--as", "classroom50"), "not set: CLASSROOM")
    folder = str(tmp_path)
    one_line(typed("report", str(file), "--as", "json", "--output", folder), "cannot write")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--report", "junit"], "names no file; type --report junit=FILE"),
        (["--report", "nope=x"], "no reporter 'nope'"),
        (["--report", "junit=-", "--json", "-"], "two reports to standard output"),
    ],
)
def test_grade_refuses_before_it_works(options: list[str], words: str) -> None:
    """A mistyped option does not cost the time of a grading."""
    one_line(typed("grade", "solutions", *options), words)


def test_grade_writes_all_that_is_asked_for(tmp_path: Path) -> None:
    """Two formats and the text; points missing is status 1, and 0 as advice."""
    folder = tmp_path / "tree" / "exercises" / "ex1"
    folder.mkdir(parents=True)
    (folder / "app.py").write_text("\n\ndef app(:\n")
    junit, whole = tmp_path / "junit.xml", tmp_path / "report.json"
    command = [sys.executable, "-m", "grader", "grade", str(tmp_path / "tree"), "--exercise", "ex1"]
    options = ["--report", f"junit={junit}", "--json", str(whole)]

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *more], cwd=ROOT, env={**os.environ}, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip

    done = run(*options)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "0 of 25 points")
    (failure,) = etree.parse(junit).xpath("//testcase[failure]")
    assert (failure.get("file"), failure.get("line")) == ("exercises/ex1/app.py", "3")
    assert json.loads(whole.read_text())["points"] == 0

    advice = run("--exit-zero", "--report", "github-annotations=-")
    assert advice.returncode == 0
    assert advice.stdout.startswith("::error file=exercises/ex1/app.py,line=3,title=")
    assert advice.stdout.splitlines()[-1].startswith("::notice title=0 of 25 points::ex1 ")


def test_a_grader_error_stays_visible(tmp_path: Path) -> None:
    """The reports of a broken run can be written too; nothing turns the error into a failure."""
    file = tmp_path / "report.json"
    file.write_text(json_reporter.render(broken()))
    root = etree.fromstring(typed("report", str(file), "--as", "junit").stdout.encode())
    assert [root.xpath(f"string(//@{name})") for name in ("errors", "failures")] == ["1", "0"]
