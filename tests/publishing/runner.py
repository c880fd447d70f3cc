"""A stand-in for GitHub's runner: the `run` steps of a job for real, in order, with its files.

Actions (`uses`) are Python functions given by the test. sudo and pip do nothing; `uv run` starts
the grader of the project that it names, without installing it (test_fresh.py installs).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.publishing.expressions import fill, value

Action = Callable[[Mapping[str, str], Mapping[str, str]], bool]

SUDO = "#!/bin/sh\nexit 0\n"
PYTHON = f"""#!/bin/sh
exec {sys.executable} "$@"
"""
PIP = ""  # `python3 -m pip …`
UV_MODULE = "import os, sys\nos.execvp('uv', ['uv', *sys.argv[1:]])\n"  # `python3 -m uv …`
UV = f"""#!/bin/bash
command=$1; shift
project=.
while [[ "$1" == -* ]]; do
  if [ "$1" = --project ]; then project=$2; shift; fi
  shift
done
[ "$command" = sync ] && exit 0
PYTHONPATH=$(realpath "$project") PYTHONSAFEPATH=1 exec {sys.executable} -m "$@"
"""


@dataclass
class Ran:
    """What a job did."""

    ok: bool = True
    log: str = ""
    summary: str = ""
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    environments: dict[str, dict[str, str]] = field(default_factory=dict)


class Job:
    """One job of a workflow, to run in `workspace`."""

    def __init__(
        self, workflow: Path, key: str, workspace: Path, actions: Mapping[str, Action]
    ) -> None:
        text = workflow.read_text(encoding="utf-8")
        self.description = yaml.safe_load(text)["jobs"][key]
        self._workspace = workspace
        self._actions = actions
        self._files = workspace.parent / f"{workspace.name}-runner"
        self._tools = pretended_tools(self._files)

    def run(self, **contexts: Any) -> Ran:
        """Run all steps; contexts are `github`, `vars`, `secrets`, `inputs`, `needs`, `matrix`."""
        ran = Ran()
        functions = {
            "always": lambda: True,
            "hashFiles": lambda name: "sum" if (self._workspace / name).exists() else "",
        }
        known = {**contexts, "steps": ran.steps, "functions": functions}
        for number, step in enumerate(self.description["steps"]):
            condition = str(step.get("if", "")).removeprefix("${{").removesuffix("}}").strip()
            wanted = value(condition, known) if condition else True
            if not wanted or not (ran.ok or "always()" in condition):
                continue
            name = step.get("id", f"step{number}")
            environment = {k: fill(str(v), known) for k, v in step.get("env", {}).items()}
            ran.environments[step.get("name", name)] = environment
            inputs = {k: fill(str(v), known) for k, v in step.get("with", {}).items()}
            good, outputs = self._step(step, inputs, environment, ran)
            ran.steps[name] = {"outcome": "success" if good else "failure", "outputs": outputs}
            if not good and not step.get("continue-on-error"):
                ran.ok = False
        return ran

    def _step(
        self, step: Mapping[str, Any], inputs: Mapping[str, str], env: Mapping[str, str], ran: Ran
    ) -> tuple[bool, dict[str, str]]:
        if "uses" in step:
            action = step["uses"].split("@")[0].split("/")[-1]
            return self._actions[action](inputs, env), {}
        files = {name: self._files / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        done = subprocess.run(
            # What GitHub starts where a step names no shell.
            ["bash", "-e", "-c", step["run"]],
            cwd=self._workspace,
            env=self._environment() | {name: str(path) for name, path in files.items()} | dict(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ran.log += done.stdout
        ran.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return done.returncode == 0, outputs_of(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))

    def _environment(self) -> dict[str, str]:
        return {
            **self._tools,
            "HOME": str(self._files),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self._workspace),
            "GITHUB_SERVER_URL": f"file://{self._workspace.parent / 'server'}",
        }


def pretended_tools(folder: Path) -> dict[str, str]:
    """An environment in which sudo and pip do nothing, and uv installs nothing."""
    programs = {"sudo": SUDO, "apt-get": SUDO, "python3": PYTHON, "uv": UV}
    modules = {"pip.py": PIP, "uv.py": UV_MODULE}
    for where, files in (("bin", programs), ("modules", modules)):
        (folder / where).mkdir(parents=True, exist_ok=True)
        for name, script in files.items():
            (folder / where / name).write_text(script)
            (folder / where / name).chmod(0o755)
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    return {"PATH": path, "PYTHONPATH": str(folder / "modules")}


def outputs_of(text: str) -> dict[str, str]:
    """What steps wrote into GITHUB_OUTPUT: NAME=VALUE lines, and NAME<<END blocks."""
    outputs: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if "<<" in line and "=" not in line.split("<<")[0]:
            name, end = line.split("<<", 1)
            block = []
            while (inner := next(lines)) != end:
                block.append(inner)
            outputs[name] = "\n".join(block)
        else:
            name, _, rest = line.partition("=")
            outputs[name] = rest
    return outputs
