"""`--sandbox`: what is required is there, or the command says in one line why it does not run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.serving import bubblewrap
from tests.hostile.machine import processes_of
from tests.hostile.test_hostile import ROOT

BROKEN_BWRAP = "#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n"


def command(
    *options: str, path: str | None = None, ci: str = "", tree: str = "solutions"
) -> tuple[int, list[str]]:
    """Run `grader grade` on the solution of ex1, or another tree; its status and its lines."""
    env = {**os.environ, "CI": ci}
    if path is not None:
        env["PATH"] = path
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", tree, "--exercise", "ex1", *options],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).splitlines()


@pytest.mark.parametrize(
    ("option", "ci"), [("bubblewrap", ""), ("auto", "true"), ("bubblewrap", "true")]
)
def test_required_and_missing_is_status_2(option: str, ci: str, tmp_path: Path) -> None:
    """Where bubblewrap is required and absent: status 2, and one line that says what to install."""
    status, lines = command("--sandbox", option, path=str(tmp_path), ci=ci)
    assert (status, len(lines)) == (2, 1)
    assert "install it: sudo apt-get install bubblewrap" in lines[0]


def test_missing_at_home_is_said_and_goes_on(tmp_path: Path) -> None:
    """On your own machine, `auto` without bubblewrap says so, twice, and grades all the same."""
    status, lines = command(path=str(tmp_path))
    assert status == 0
    assert any(line.startswith("note: no bubblewrap here") for line in lines)
    assert any(line.startswith("note: graded without a sandbox") for line in lines)


def test_missing_and_the_code_is_not_yours_is_status_2(tmp_path: Path) -> None:
    """`auto` never runs somebody else's code with your rights: you have to say that you trust it."""
    (tmp_path / "ada" / "ex1").mkdir(parents=True)
    app = tmp_path / "ada" / "ex1" / "app.py"
    app.write_text((ROOT / "solutions/ex1/app.py").read_text())
    no_bwrap = tmp_path / "bin"
    no_bwrap.mkdir()
    status, lines = command(path=str(no_bwrap), tree=str(tmp_path / "ada"))
    assert (status, len(lines)) == (2, 1)
    assert "may be somebody else's code" in lines[0]
    status, _ = command("--sandbox", "none", path=str(no_bwrap), tree=str(tmp_path / "ada"))
    assert status == 0


def test_none_is_said_in_the_report() -> None:
    """`--sandbox none` works also in CI, and the report says it."""
    status, lines = command("--sandbox", "none", ci="true")
    assert status == 0
    assert any(line.startswith("note: graded without a sandbox") for line in lines)


def test_none_leaves_no_process_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the app that was forked ahead for a check that did not come."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for _ in range(3):
        status, _ = command("--sandbox", "none")
        assert status == 0
    assert processes_of(tmp_path, "cmdline") == []


@pytest.mark.parametrize("option", ["auto", "bubblewrap"])
def test_a_sandbox_that_cannot_be_built_is_status_2(option: str, tmp_path: Path) -> None:
    """Never a 0, never silently without: one line that names the setting to change."""
    (tmp_path / "bwrap").write_text(BROKEN_BWRAP)
    (tmp_path / "bwrap").chmod(0o755)
    status, lines = command("--sandbox", option, path=f"{tmp_path}:{os.environ['PATH']}")
    assert (status, len(lines)) == (2, 1)
    assert "apparmor_restrict_unprivileged_userns" in lines[0]


def test_installed_packages_do_not_show_our_suites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installed into a folder that the sandbox shows, our packages are covered there."""
    site = tmp_path / "lib" / "site-packages"
    for name in ("grader/guest", "grader/suites", "exercises"):
        (site / name).mkdir(parents=True)
    monkeypatch.setattr(bubblewrap, "GUEST", site / "grader" / "guest")
    covered = bubblewrap._secrets([str(tmp_path / "lib")])
    assert covered == [str(site / "exercises"), str(site / "grader")]


def test_a_checkout_in_a_shown_folder_is_covered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole checkout below a folder that the sandbox shows stays unseen, solutions and all."""
    home = tmp_path / "lib" / "project"
    (home / "grader" / "guest").mkdir(parents=True)
    (home / "pyproject.toml").touch()
    monkeypatch.setattr(bubblewrap, "GUEST", home / "grader" / "guest")
    assert bubblewrap._secrets([str(tmp_path / "lib")]) == [str(home)]
