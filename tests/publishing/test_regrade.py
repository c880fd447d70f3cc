"""This repository's own workflow: a roster of repositories in, one table of points out."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.publishing.conftest import ROOT, Students, git
from tests.publishing.places import TOKEN, solution
from tests.publishing.runner import Job, Ran

WORKFLOW = ROOT / ".github" / "workflows" / "regrade.yml"
ROSTER = """name,repository,ref
full,school/full,
partial,school/partial,main
hostile,school/hostile,
gone,school/gone,
"""
HOSTILE = "import os\nprint('::add-mask::x')\nos._exit(0)\n"


class Regrade:
    """The three jobs in one folder, with what they hand to each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.artifacts = folder.parent / "artifacts"
        folder.mkdir()
        for name in ("exercises", "grader", "pyproject.toml", "LICENSE"):
            os.symlink(ROOT / name, folder / name)
        (folder / "roster.csv").write_text(ROSTER)

    def run(self, key: str, **contexts: Any) -> Ran:
        actions = {
            "checkout": lambda _inputs, _env: True,
            "setup-python": lambda _inputs, _env: True,
            "upload-artifact": self._upload,
            "download-artifact": self._download,
        }
        job = Job(WORKFLOW, key, self.folder, actions)
        ran = job.run(inputs={"roster": "roster.csv"}, strategy={"job-index": "0"}, **contexts)
        assert ran.ok, ran.log
        return ran

    def _upload(self, inputs: Mapping[str, str], _env: Mapping[str, str]) -> bool:
        self.artifacts.mkdir(exist_ok=True)
        source, target = self.folder / inputs["path"], self.artifacts / inputs["name"]
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)
        return True

    def _download(self, inputs: Mapping[str, str], _env: Mapping[str, str]) -> bool:
        shutil.rmtree(self.folder / inputs["path"], ignore_errors=True)
        for found in self.artifacts.glob(inputs["pattern"]):
            shutil.copytree(found, self.folder / inputs["path"], dirs_exist_ok=True)
        return True


def unfold_to_ten_thousand_files(repository: Path, where: str) -> None:
    """Commit a folder of folders of folders that are all the same four objects to git."""
    kind, object_id = "100644 blob", git(repository, "hash-object", "-w", "pyproject.toml")
    for _ in range(4):
        lines = "".join(f"{kind} {object_id}\t{number}\n" for number in range(10))
        made = subprocess.run(
            ["git", "mktree"], cwd=repository, input=lines, capture_output=True, text=True
        )
        kind, object_id = "040000 tree", made.stdout.strip()
    git(repository, "read-tree", f"--prefix={where}", object_id)
    git(repository, "commit", "--quiet", "-m", "more")


@pytest.fixture
def regrade(student: Students, tmp_path: Path) -> Regrade:
    """Four students on the roster, three of whom have a repository."""
    everything = {**solution("ex1"), **solution("ex2"), **solution("ex3"), **solution("ex4")}
    student(everything, "school/full")
    student(solution("ex1"), "school/partial")
    bombed = student(dict.fromkeys(everything, HOSTILE), "school/hostile")
    unfold_to_ten_thousand_files(bombed, "exercises/ex1/more")
    return Regrade(tmp_path / "work")


def test_a_roster_becomes_a_table(regrade: Regrade) -> None:
    """Full, partial and hostile get what they earned; who cannot be fetched gets no number."""
    dealt = regrade.run("roster").steps["deal"]["outputs"]["batches"]
    matrix = json.loads(dealt)
    assert [len(batch) for batch in matrix] == [1, 1, 1, 1]
    batch = [one for part in matrix for one in part]
    ran = regrade.run("grade", matrix={"batch": batch}, secrets={"AFTERWARDS_ROSTER_TOKEN": TOKEN})
    assert "::add-mask" not in ran.log
    assert TOKEN not in ran.log
    assert {name for name, env in ran.environments.items() if TOKEN in env.values()} == {
        "Fetch the submissions"
    }
    assert not list(regrade.folder.glob("submissions/hostile/exercises/ex1/more"))
    inside = [path for path in regrade.folder.glob("submissions/**/*") if path.is_file()]
    assert [path for path in inside if TOKEN.encode() in path.read_bytes()] == []
    regrade.run("collect", needs={"grade": {"result": "success"}})
    rows = {
        row["name"]: row
        for row in csv.DictReader(io.StringIO((regrade.artifacts / "grades").read_text()))
    }
    assert {name: row["points"] for name, row in rows.items()} == {
        "full": "100",
        "partial": rows["partial"]["points"],
        "hostile": "0",
        "gone": "",
    }
    assert rows["partial"]["ex1"] == "25"
    assert 25 <= int(rows["partial"]["points"]) < 50  # stubs earn next to nothing
    assert rows["gone"]["reason"] == "could not fetch school/gone"
    assert rows["gone"]["outcome"] == "error"
