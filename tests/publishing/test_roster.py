"""`grader roster` and `grader collect`: a class in, one table out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.publishing.conftest import ROOT, grader

ROSTER = "name,repository,ref\nada,school/bg-ada,\ngrace,grace/bg,main\nlinus,school/bg-linus,\n"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER)
    return file


def test_students_are_dealt_out_to_jobs(roster: Path) -> None:
    """Nobody twice, nobody missing, no empty job."""
    done = grader("roster", roster, "--jobs", 2)
    batches = json.loads(done.stdout)
    assert [[one["name"] for one in batch] for batch in batches] == [["ada", "linus"], ["grace"]]
    assert batches[1] == [{"name": "grace", "repository": "grace/bg", "ref": "main"}]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("who,where\n", "begins without ['name', 'repository']; type name,repository,ref"),
        ("name,repository\n../x,a/b\n", "line 2: name '../x' is none; type letters"),
        ("name,repository\nx,--upload-pack=x\n", "line 2: repository '--upload-pack=x' is none"),
        ("name,repository\nx,a/..\n", "line 2: repository 'a/..' is none; type owner/name"),
        ("name,repository,ref\nx,a/b,-f\n", "line 2: ref '-f' is none"),
        ("name,repository\nx,a/b\nX,a/c\n", "the name 'X' is there twice"),
    ],
)
def test_a_roster_that_cannot_be_is_refused(roster: Path, text: str, line: str) -> None:
    """Names become files, repositories become arguments of git."""
    roster.write_text(text)
    done = grader("roster", roster)
    assert (done.returncode, done.stdout) == (2, "")
    assert line in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_table_has_a_line_for_everybody(roster: Path, tmp_path: Path) -> None:
    """A verdict is a number; no verdict is an empty field and a reason."""
    reports = tmp_path / "reports"
    reports.mkdir()
    one = ["grade", ROOT / "solutions", "--exercise", "ex1", "--json", reports / "ada.json"]
    assert grader(*one).returncode == 0
    (reports / "grace.txt").write_text("first\ngrader: =HYPERLINK(no sandbox)\n")
    (reports / "linus.txt").write_text("=cmd|'/c calc'!A1\n")
    done = grader("collect", reports, "--roster", roster, "--csv", tmp_path / "grades.csv")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "grades.csv").read_text()
    ada, grace, linus = csv.DictReader(io.StringIO(text))
    assert (ada["points"], ada["ex1"], ada["ex2"], ada["outcome"]) == ("25", "25", "", "passed")
    assert (grace["points"], grace["outcome"]) == ("", "error")
    assert grace["reason"] == "grader: =HYPERLINK(no sandbox)"
    assert linus["reason"] == "'=cmd|'/c calc'!A1"
