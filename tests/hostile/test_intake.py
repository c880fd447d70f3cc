"""Files beside the code: nothing but the regular files that an exercise lists is ever taken."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.conftest import CANARY
from tests.hostile.machine import look, settled
from tests.hostile.test_hostile import ROOT, a_tree, expect_harmless, graded
from grader.reporters import terminal

DEAD = "from fastapi import FastAPI\napp = FastAPI()\n"
SOLUTIONS = ROOT / "solutions"
EVIL_CODE = f"print('FOUND {CANARY}')\nimport os\nos._exit(0)\n"
EXIT = "def pytest_configure():\n    import os\n    os._exit(0)\n"


def _instead(make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Put something else where app.py should be."""

    def plant(tree: Path) -> None:
        app = tree / "exercises/ex1/app.py"
        app.unlink()
        make(app)

    return plant


def _link_folder(name: str, target: Path) -> Callable[[Path], None]:
    def plant(tree: Path) -> None:
        folder = tree / name
        folder.rename(tree / "away")
        folder.symlink_to(target)

    return plant


def _beside(**files: str) -> Callable[[Path], None]:
    def plant(tree: Path) -> None:
        for name, text in files.items():
            for folder in (tree, tree / "exercises", tree / "exercises/ex1"):
                (folder / name.replace("__dot__", ".")).write_text(text)

    return plant


def _shadows(tree: Path) -> None:
    for package in ("fastapi", "exercises", "grader", "guest", "uvicorn", "pytest", "json"):
        for folder in (tree, tree / "exercises/ex1"):
            if not (folder / package).exists():
                (folder / package).mkdir()
            (folder / package / "__init__.py").write_text(EVIL_CODE)
            (folder / f"{package}.py").write_text(EVIL_CODE)
    (tree / "exercises/services.py").write_text(EVIL_CODE)
    (tree / "exercises/ex1/test_ex1.py").write_text("def test_all(): pass\n")


def _names(tree: Path) -> None:
    folder = tree / "exercises/ex1"
    for name in (
        "\x1b[2J",
        "a\n::error::x",
        "\u202egnp",
        "x" * 250,
        "<b>",
        "::notice::25",
        "\udcff",
    ):
        (folder / name).write_text("")
    for number in range(1500):
        (folder / f"f{number}").touch()


def _bind(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind(path.name)
    finally:
        os.chdir(here)


PLANTED: dict[str, tuple[Callable[[Path], None], str]] = {
    "link_to_solution": (
        _instead(lambda app: app.symlink_to(SOLUTIONS / "ex1/app.py")), "behind a link"),
    "link_to_passwd": (_instead(lambda app: app.symlink_to("/etc/passwd")), "behind a link"),
    "link_to_itself": (_instead(lambda app: app.symlink_to(app)), "behind a link"),
    "link_to_device": (_instead(lambda app: app.symlink_to("/dev/zero")), "behind a link"),
    "folder_link_to_solution": (_link_folder("exercises/ex1", SOLUTIONS / "ex1"), "behind a link"),
    "exercises_link_to_solutions": (_link_folder("exercises", SOLUTIONS), "behind a link"),
    "fifo": (_instead(os.mkfifo), "not a regular file"),
    "socket": (_instead(_bind), "behind a link, or cannot be read"),
    "folder": (_instead(lambda app: app.mkdir()), "not a regular file"),
    "huge": (_instead(lambda app: app.write_bytes(b"#" * (1 << 20))), "larger than 256 kB"),
    "sparse": (_instead(lambda app: os.truncate(_touched(app), 1 << 40)), "larger than 256 kB"),
    "zeros": (_instead(lambda app: app.write_bytes(bytes(1000))), "null bytes|syntax"),
    "conftest": (_beside(**{"conftest.py": EXIT}), "404"),
    "ini": (_beside(**{"pytest.ini": "[pytest]\naddopts = --collect-only\n",
                       "tox.ini": "[pytest]\naddopts = --collect-only\n",
                       "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-p no:grader'\n"}), "404"),
    "startup": (_beside(**{"sitecustomize.py": EVIL_CODE, "usercustomize.py": EVIL_CODE,
                           "x.pth": "import os; os._exit(0)\n"}), "404"),
    "shadows": (_shadows, "404"),
    "names": (_names, "404"),
}  # fmt: skip


def _touched(path: Path) -> Path:
    path.touch()
    return path


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_file_has_no_effect(name: str, temporary: Path, tmp_path: Path) -> None:
    """No points, one plain line, and nothing of what the file names is read or shown."""
    plant, says = PLANTED[name]
    tree = a_tree(tmp_path / "tree", "ex1", DEAD)
    plant(tree)
    before = look(temporary)
    report = graded(tree, "ex1")
    assert report.points == 0
    text = terminal.render(report)
    assert any(word in text for word in says.split("|")), text
    expect_harmless(text)
    assert settled(temporary, before) == before


def test_what_was_left_out_is_named(tmp_path: Path) -> None:
    """The report names files that were not taken, and given files that were changed."""
    tree = a_tree(tmp_path / "tree", "ex1", DEAD)
    _shadows(tree)
    notices = "\n".join(graded(tree, "ex1").notices)
    assert "left out of ex1, not files to hand in: exercises, exercises.py, fastapi" in notices
    assert "ex1/test_ex1.py differs from the one given to you" in notices
    assert "services.py differs from the one given to you" in notices


def test_names_behind_a_linked_folder_stay_unread(tmp_path: Path) -> None:
    """A folder that is a link is not listed: the names in it are not the student's."""
    tree = a_tree(tmp_path / "tree", "ex1", DEAD)
    secret = tmp_path / "secret" / "ex1"
    secret.mkdir(parents=True)
    (secret / "grades_of_everybody.csv").touch()
    _link_folder("exercises/ex1", secret)(tree)
    assert "grades_of_everybody" not in terminal.render(graded(tree, "ex1"))
