"""`grader roster` and `grader collect`: a class in, one table out."""

from __future__ import annotations

import csv
import io
import json
import os
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
        ("who,where\n", "has no column 'name'; type into its first line: name,repository,ref"),
        ("name,where\n", "has no column 'repository'; type into its first line: name,repos"),
        ("name,repository\n../x,a/b\n", "line 2: the name '../x' cannot be taken; type letters"),
        ("name,repository\nJürgen Größe,a/b\n", "'Jürgen Größe' cannot be taken; type letters"),
        (f"name,repository\n{'x' * 65},a/b\n", "64 at most, such as juergen-groesse: names become"),
        ("name,repository\n,a/b\n", "line 2: no name; type letters from a to z, digits"),
        ("name,repository\nx,--upload-pack=x\n", "'--upload-pack=x' cannot be taken; type owner/"),
        ("name,repository\nx,a/..\n", "the repository 'a/..' cannot be taken; type owner/name"),
        ("name,repository,ref\nx,a/b,-f\n", "the ref '-f' cannot be taken; type a branch or a tag"),
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


@pytest.mark.parametrize("kind", ["deep", "folder", "loop", "pipe", "note"])
def test_one_report_that_cannot_be_read_costs_one_line(
    kind: str, roster: Path, tmp_path: Path
) -> None:
    """Whatever lies in the place of a report, the others get their numbers."""
    reports = tmp_path / "reports"
    reports.mkdir()
    one = reports / ("ada.txt" if kind == "note" else "ada.json")
    if kind == "deep":
        one.write_text("[" * 100_000)
    elif kind in ("folder", "note"):
        one.mkdir()
    elif kind == "loop":
        one.symlink_to(one)
    else:
        os.mkfifo(one)
    (reports / "grace.txt").write_text("not fetched")
    done = grader("collect", reports, "--roster", roster)
    assert done.returncode == 0, done.stderr
    ada, grace, _ = csv.DictReader(io.StringIO(done.stdout))
    assert (ada["points"], ada["outcome"]) == ("", "error")
    assert "cannot be read: " in ada["reason"]
    assert "Errno" not in ada["reason"]
    assert grace["reason"] == "not fetched"


def test_without_a_report_nothing_is_claimed(roster: Path, tmp_path: Path) -> None:
    """Whoever collects by hand may have forgotten one; nobody has tried to fetch anything."""
    done = grader("collect", tmp_path, "--roster", roster)
    ada = next(csv.DictReader(io.StringIO(done.stdout)))
    assert ada["reason"] == "no report: there is no ada.json, and no ada.txt that says why"


def test_the_help_has_the_limits_and_every_option(tmp_path: Path) -> None:
    """What a name may be is said before the roster is written."""
    words = " ".join(grader("roster", "--help").stdout.split())
    assert "dots, dashes and underscores, 64 at most" in words
    words = " ".join(grader("collect", "--help").stdout.split())
    assert "--roster FILE Who is in the table" in words
    assert "--csv FILE Where to; standard output when left out." in words


def test_an_edited_sum_is_worth_nothing(roster: Path, tmp_path: Path) -> None:
    """Points come from the checks, names from the roster, and a cell is one line."""
    one = ["grade", ROOT / "solutions", "--exercise", "ex1", "--json", tmp_path / "ada.json"]
    assert grader(*one).returncode == 0
    report = json.loads((tmp_path / "ada.json").read_text())
    report |= {"points": 1000, "notices": ["one\n```\ntwo"], "name": "bob"}
    report["exercises"].append({**report["exercises"][0], "id": "name", "points": 7})
    report["exercises"][0]["points"] = 900
    (tmp_path / "ada.json").write_text(json.dumps(report))
    done = grader("collect", tmp_path, "--roster", roster)
    ada = next(csv.DictReader(io.StringIO(done.stdout)))
    assert (ada["name"], ada["ex1"], ada["notices"]) == ("ada", "25", "one ``` two")
    assert (ada["points"], ada["max_points"]) == ("25", "25")


def test_a_giant_field_is_one_line(roster: Path) -> None:
    """Python's csv gives up at 131,072 characters."""
    roster.write_text(f"name,repository\n{'x' * 200_000},a/b\n")
    done = grader("roster", roster)
    assert done.returncode == 2
    assert "is no CSV file: field larger than field limit" in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_student_beyond_the_limit_is_lost(roster: Path) -> None:
    """A file that is read in part would leave students out."""
    many = "".join(f"s{n},a/{n}\n" for n in range(100_000))
    for lines in (many, "é" * (1 << 20)):  # the limit stands in the midst of a letter
        roster.write_text(f"name,repository\n{lines}")
        done = grader("roster", roster)
        assert done.returncode == 2
        assert "is over 1,048,576 bytes; split it" in done.stderr
