"""`grader watch`: saves and keys in, verdicts out; in a pipe and in a terminal of its own."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect", reason="terminals are POSIX")

from tests.student.conftest import ROOT, Grader, solve  # noqa: E402

TIMEOUT = 40


def environment(tree: Path, **env: str) -> dict[str, str]:
    """Ours, without the size that a surrounding run (xdist, uv) gave its own terminal."""
    ours = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return {**ours, "PYTHONPATH": f"{tree}{os.pathsep}{ROOT}", "CI": "", **env}


class Piped:
    """A watcher whose output is a pipe; `until` reads on to a line with these words."""

    def __init__(self, tree: Path, *args: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", "watch", *args],
            cwd=tree, env=environment(tree), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def end(self) -> int:
        """Ask it to end, and wait."""
        self.process.terminate()
        status = self.process.wait(10)
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def until(self, words: str) -> str:
        """All lines up to and with the one that has the words."""
        seen = []
        try:
            while not seen or words not in seen[-1]:
                seen.append(self._lines.get(timeout=TIMEOUT))
        except queue.Empty:
            raise AssertionError(f"no {words!r} in {seen}") from None
        return "\n".join(seen)


@contextmanager
def piped(tree: Path, *args: str) -> Iterator[Piped]:
    watcher = Piped(tree, *args)
    try:
        yield watcher
    finally:
        watcher.end()


@contextmanager
def in_a_terminal(
    tree: Path, columns: int = 80, options: tuple[str, ...] = (), **env: str
) -> Iterator[pexpect.spawn]:
    """A watcher of exercise 1 at a keyboard."""
    shown = pexpect.spawn(
        sys.executable, ["-m", "grader", "watch", "ex1", *options],
        cwd=str(tree), env=environment(tree, **env), dimensions=(50, columns),
        encoding="utf-8", timeout=TIMEOUT,
    )  # fmt: skip
    try:
        yield shown
    finally:
        shown.close(force=True)


def workers(tree: Path) -> list[str]:
    """Processes that still run for this tree."""
    done = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [
        line for line in done.stdout.splitlines() if str(tree) in line and "student.worker" in line
    ]


def test_from_save_to_save(tree: Path) -> None:
    """A fix, a typo, a lost file, a print: each save has its lines, and the watching goes on."""
    app = tree / "exercises" / "ex1" / "app.py"
    with piped(tree, "ex1") as watcher:
        first = watcher.until("all: ex1")
        assert "ex1  Welcome email: 1 of 19 checks, 2 of 25 points" in first
        assert "expected   row.inserted of ada@example.com ── response.started" in first
        solve(tree, "ex1")
        solved = watcher.until("all: ex1")
        assert "19 of 19 checks, 25 of 25 points" in solved
        assert "+ passes now: the email leaves after the response" in solved
        assert "All checks of ex1 pass." in solved
        good = app.read_text()
        app.write_text(good + "\ndef half(:\n")
        line = good.count("\n") + 2
        assert f"exercises/ex1/app.py, line {line}: " in watcher.until("Before this edit: 25 of 25")
        app.unlink()
        assert "is gone. Save it again, or type: grader reset ex1" in watcher.until("Before this")
        app.write_text(good.replace('"user_registered"', 'print("\\x1b[31mhere") or "renamed"'))
        broken = watcher.until("all: ex1")
        assert "- fails now: the audit entry `user_registered`" in broken
        assert "your app printed:" in broken
        assert "\\x1b[31mhere" in broken
        assert "\x1b" not in broken


def test_it_ends_with_all_that_it_started(tree: Path) -> None:
    """SIGTERM: status 0, no process left; what was found is remembered."""
    with piped(tree, "ex1") as watcher:
        watcher.until("all: ex1")
        assert watcher.end() == 0
    assert workers(tree) == []
    assert '"ex1/registers": "passed"' in (tree / ".afterwards" / "state.json").read_text()


def test_only_what_is_affected_runs(tree: Path) -> None:
    """Whatever is saved of exercise 2 runs exercise 2; a file that is no source runs nothing."""
    with piped(tree) as watcher:
        watcher.until("all: ex1")
        (tree / "exercises" / "ex2" / "notes.txt").write_text("not a source")
        solve(tree, "ex2")
        shown = watcher.until("all: ex1")
    assert "ex2  Report generator: 18 of 18 checks" in shown
    assert "checks, " in shown
    assert len(re.findall(r"^ex\d  ", shown, re.MULTILINE)) == 1


def test_an_app_that_ends_the_run(tree: Path) -> None:
    """`os._exit` in the app ends its own run, with a line; the next save is judged."""
    app = tree / "exercises" / "ex1" / "app.py"
    app.write_text("import os\nos._exit(3)\n")
    with piped(tree, "ex1") as watcher:
        said = watcher.until("could not run to their end")
        assert "the app ended the run (status 3)" in said
        solve(tree, "ex1")
        assert "19 of 19 checks" in watcher.until("all: ex1")


def test_a_second_watcher_is_refused(tree: Path, grader: Grader) -> None:
    """One line names the first one; when that is gone, there may be another."""
    with piped(tree, "ex1") as watcher:
        watcher.until("all: ex1")
        done = grader("watch", "ex1")
        assert (done.returncode, done.stdout) == (2, "")
        assert f"another `grader watch` (process {watcher.process.pid}) is at work" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    with piped(tree, "ex1") as again:
        again.until("all: ex1")


def test_without_a_memory(tree: Path) -> None:
    """Where nothing can be written, one line says so, and the verdict comes all the same.

    The line of all exercises agrees with it: below `1 of 19` stood `ex1 0/19`.
    """
    (tree / ".afterwards").write_text("in the way")
    with piped(tree, "ex1") as watcher:
        shown = watcher.until("all: ex1")
    assert shown.count("note: ") == 1
    assert "1 of 19 checks" in shown
    assert "all: ex1 1/19, ex2 0/18" in shown


def test_keys(tree: Path) -> None:
    """Hint, next, list, an unknown key, reset after a second r, quit; the terminal is put right."""
    solve(tree, "ex1")
    app = tree / "exercises" / "ex1" / "app.py"
    app.write_text(app.read_text().replace('"user_registered"', '"renamed"'))
    mine = app.read_text()
    with in_a_terminal(tree) as shown:
        shown.expect("FAIL the audit entry `user_registered` is written after the mail")
        shown.expect("q quit")
        shown.send("h")
        shown.expect("ex1, task 3: Write the audit log after the mail\r\nHint 1 of 3")
        shown.send("n")
        shown.expect("FAIL three users who register at the same time")
        shown.send("l")
        shown.expect("ok   a registration is answered with 201")
        shown.send("x")
        shown.expect(r"no key 'x'\r\nkeys: h hint")
        shown.send("r")
        shown.expect("r again puts ex1 back")
        shown.send("h")
        shown.expect("ex1, task 2: Send the mail after the answer")
        assert app.read_text() == mine
        shown.send("r")
        shown.expect("r again")
        shown.send("r")
        shown.expect(r"your version is in app.py.1.bak")
        shown.expect("1 of 19 checks")
        assert shown.getecho() is False
        shown.send("q")
        shown.expect(pexpect.EOF)
        assert shown.wait() == 0
    assert (app.parent / "app.py.1.bak").read_text() == mine


def test_what_is_watched_and_how_it_ends(tree: Path) -> None:
    """The first line is no pattern of a shell; where nobody types, q is not offered."""
    with piped(tree, "ex1") as watcher:
        assert watcher.until("watching").endswith("watching exercises/ex1; Ctrl-C ends")
    with piped(tree) as watcher:
        assert "watching exercises/ex1, ex2, ex3, ex4; " in watcher.until("watching")
    with in_a_terminal(tree, options=("--plain",)) as shown:
        shown.expect("watching exercises/ex1; q or Ctrl-C ends\r\n")
        shown.expect("keys: h hint, n next")
        shown.expect("all: ex1")
        shown.send("q")
        shown.expect(pexpect.EOF)
        assert "keys:" not in shown.before  # a log is told once


def test_a_hint_when_all_checks_pass(tree: Path) -> None:
    """There is no task to speak of then."""
    solve(tree, "ex1")
    with in_a_terminal(tree) as shown:
        shown.expect("All checks of ex1 pass")
        shown.send("h")
        shown.expect("so no task is at hand")


@pytest.mark.parametrize("line", ["breakpoint()", "__import__('pdb').set_trace()"])
def test_a_debugger_has_no_terminal_here(line: str, tree: Path) -> None:
    """It says where it has one, and not pytest's `-s`, which is no option of the watcher."""
    solve(tree, "ex1")
    app = tree / "exercises" / "ex1" / "app.py"
    app.write_text(app.read_text().replace("    # add_task", f"    {line}  # add_task"))
    with piped(tree, "ex1") as watcher:
        shown = " ".join(watcher.until("all: ex1").split())
    assert "to stop here, type `pytest exercises/ex1` in another one" in shown
    assert "`-s`" not in shown


def test_run_all(tree: Path) -> None:
    """`a` runs every exercise, one after the other."""
    with in_a_terminal(tree) as shown:
        shown.expect("q quit")
        shown.expect("all: ex1 1/19, ex2 0/18")
        shown.send("a")
        for exercise in ("ex1", "ex2", "ex3", "ex4"):
            shown.expect(rf"{exercise}  [A-Z][a-z ]+: \d+ of \d+ checks")


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {}], ids=["no colour", "colour"])
def test_a_narrow_terminal(env: dict[str, str], tree: Path) -> None:
    """40 columns: only words that are longer go beyond; colour says nothing that text does not."""
    with in_a_terminal(tree, columns=40, **env) as shown:
        shown.expect(r"ex4 0/17")
        text = shown.before
    assert ("\x1b[31m" in text) is (not env)
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)
    assert "FAIL the row in `users`" in plain
    too_long = [line for line in plain.splitlines() if len(line) > 40]
    assert [line for line in too_long if len(line.split()) > 1] == []


@pytest.mark.parametrize(
    ("args", "words"), [(["watch", "ex7"], "no exercise 'ex7'"), (["watch", "-x"], "-x")]
)
def test_bad_input(args: list[str], words: str, grader: Grader) -> None:
    """An exercise or an option that does not exist: status 2."""
    done = grader(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_save_during_a_run_starts_afresh(tree: Path) -> None:
    """The verdict that comes is the one on the newest save."""
    app = tree / "exercises" / "ex1" / "app.py"
    solve(tree, "ex1")
    good = app.read_text()
    with piped(tree, "ex1") as watcher:
        watcher.until("all: ex1")
        app.write_text(good.replace('"user_registered"', '"renamed"'))
        time.sleep(0.15)
        app.write_text(good + "\n# again\n")
        assert "- fails now" not in watcher.until("19 of 19 checks")
