"""Where student, class and runner meet: a job of the published workflow, ready to run."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.publishing.conftest import ROOT, git
from tests.publishing.runner import Job, Ran

TOKEN = "ghs_that-no-student-may-ever-see"


@dataclass
class Push:
    """A push to a student's repository, and what the runner has made of it."""

    repository: Path
    workspace: Path
    vars: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    event: str = "push"
    before: str = ""
    artifacts: list[str] = field(default_factory=list)
    sent: tuple[int, int] | None = None  # points and maximum that GitHub Classroom was told

    def run(self) -> Ran:
        """Run the workflow that stands in the student's repository."""
        self.workspace.mkdir(parents=True)
        workflow = self.repository / ".github" / "workflows" / "classroom.yml"
        actions = {
            "checkout": self._check_out,
            "setup-python": lambda _inputs, _env: True,
            "upload-artifact": self._upload,
            "autograding-grading-reporter": self._report,
        }
        job = Job(workflow, "run-autograding-tests", self.workspace, actions)
        github = {
            "event_name": self.event,
            "event": {"before": self.before},
            "ref": "refs/heads/main",
            "actor": "student",
        }
        return job.run(github=github, vars=self.vars, secrets=self.secrets)

    def report(self) -> dict[str, Any]:
        """The artifact."""
        found: dict[str, Any] = json.loads((self.workspace / "report.json").read_text())
        return found

    def _check_out(self, inputs: Mapping[str, str], _env: Mapping[str, str]) -> bool:
        assert inputs["persist-credentials"] == "False"
        place = self.workspace / inputs["path"]
        if "repository" not in inputs:
            subprocess.run(["git", "clone", "--quiet", self.repository, place], check=True)
            return True
        if inputs["token"] != TOKEN:
            return False
        place.mkdir()
        for name in ("exercises", "grader", "pyproject.toml", "LICENSE"):
            os.symlink(ROOT / name, place / name)
        return True

    def _upload(self, inputs: Mapping[str, str], _env: Mapping[str, str]) -> bool:
        self.artifacts.append(inputs["path"])
        return (self.workspace / inputs["path"]).is_file()

    def _report(self, inputs: Mapping[str, str], env: Mapping[str, str]) -> bool:
        """Adds up as the reporter does: scores over maxima, of every runner that it is given."""
        results = [env[f"{runner.upper()}_RESULTS"] for runner in inputs["runners"].split(",")]
        read = [json.loads(base64.b64decode(result, validate=True)) for result in results]
        points = sum(test["score"] for one in read for test in one["tests"])
        self.sent = (points, sum(one["max_score"] for one in read))
        return all(one["status"] == "pass" for one in read)


def solution(exercise: str) -> dict[str, str | Path]:
    """The files of a solved exercise."""
    return {f"exercises/{exercise}/app.py": ROOT / "solutions" / exercise / "app.py"}


def previous(repository: Path) -> str:
    """The commit before the last."""
    return git(repository, "rev-parse", "HEAD~1")


def wipe(folder: Path) -> None:
    """Remove a runner's workspace, as happens between jobs."""
    shutil.rmtree(folder, ignore_errors=True)
