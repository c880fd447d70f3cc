"""What `grader new` begins an exercise with: a tiny one, complete, to be written over.

Lines are as they will be, but for `__id__`, `__number__` and `__title__`. The files end in `.txt`,
so that no tool takes them for code of this project.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import exercises

HERE = Path(__file__).parent
SHARED = Path(exercises.__path__[0])
GIVEN = ("__init__.py", "development.py", "services.py")  # what every tree of exercises shares
# Where pytest looks for what it shall be like, see its `rootdir`; checks are async functions.
SETTINGS = ("pytest.ini", "pytest.toml", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
PYTEST_INI = """\
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
addopts = --import-mode=importlib
"""


class CannotBegin(Exception):
    """The exercise cannot be written there; the text says why."""


def begin(exercise: str, title: str, root: Path) -> list[Path]:
    """Write a new exercise into the tree at `root`; the files written. Raises CannotBegin."""
    home = root / "exercises"
    targets = {root / name: text for name, text in _files(exercise, title)}
    taken = [path for path in targets if path.exists()]
    if taken:
        raise CannotBegin(f"{str(taken[0])!r} is there already; take another number")
    try:
        for name in GIVEN:
            if not (home / name).exists():
                targets[home / name] = (SHARED / name).read_text(encoding="utf-8")
        if not any((root / name).exists() for name in SETTINGS):
            targets[root / SETTINGS[0]] = PYTEST_INI
        for path, text in targets.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotBegin(f"cannot write {str(error.filename)!r}: {error.strerror}") from error
    return sorted(targets)


def _files(exercise: str, title: str) -> Iterator[tuple[str, str]]:
    """Names, seen from the root of the tree, and texts of a new exercise."""
    page = f"exercises/{exercise}"
    specimens = f"tests/specimens/{exercise}"
    places = {
        "README.md": f"{page}/README.md",
        "exercise.toml": f"{page}/exercise.toml",
        "app.py": f"{page}/app.py",
        "test_visible.py": f"{page}/test_{exercise}.py",
        "test_hidden.py": f"grader/suites/{exercise}/test_hidden.py",
        "solution.py": f"solutions/{exercise}/app.py",
    }
    for file in sorted(HERE.rglob("*.txt")):
        name = file.relative_to(HERE).as_posix().removesuffix(".txt")
        text = file.read_text(encoding="utf-8")
        for word, value in _words(exercise, title, name).items():
            text = text.replace(word, value)
        yield places.get(name, f"{specimens}/{name}"), text
        if name == "app.py":  # `grader reset` keeps what was given
            yield f"grader/stubs/{exercise}/app.py.txt", text
    yield f"{page}/__init__.py", ""


def _words(exercise: str, title: str, name: str) -> dict[str, str]:
    quoted = title if name.endswith(".md") else title.replace("\\", "\\\\").replace('"', '\\"')
    return {"__id__": exercise, "__number__": exercise.removeprefix("ex"), "__title__": quoted}
