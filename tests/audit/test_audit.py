"""`grader audit` finds what is planted: every kind of fault, each once, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.audit.apps import App, Kind
from grader.audit.findings import Fault, judge_runs
from grader.audit.judging import Verdict
from grader.audit.matrix import redundant
from grader.audit.runs import Runs
from grader.results import Outcome
from grader.student.catalogue import Entry
from tests.audit.conftest import Run, grader

WITHOUT_A_LOG = """
from fastapi import FastAPI
from pydantic import BaseModel
from exercises.services import StorageDep
app = FastAPI()
class Note(BaseModel):
    text: str
@app.post("/notes", status_code=201)
def take(note: Note, storage: StorageDep):
    return {"id": storage.insert("notes", text=note.text)}
"""


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def found(stdout: str) -> set[str]:
    """Fault, exercise and subject of each finding."""
    return {": ".join(line.split(": ")[:2]) for line in stdout.splitlines() if ": ex5 " in line}


def test_specimens_that_lie_are_found(tree: Path, there: Run) -> None:
    """A rejected app, a missed mistake, two wrong diagnoses, a mutant, points for nothing."""
    specimens = tree / "tests" / "specimens" / "ex5"
    (specimens / "correct" / "no_log.py").write_text(WITHOUT_A_LOG, encoding="utf-8")
    solution = (tree / "solutions" / "ex5" / "app.py").read_text(encoding="utf-8")
    right = '"""Not wrong at all.\n\ntask: 2\n"""\n' + solution.partition('"""\n')[2]
    (specimens / "wrong" / "right.py").write_text(right, encoding="utf-8")
    edit(specimens / "wrong" / "no_row.py", "task: 1", "task: 1\nalso: 2")
    edit(specimens / "wrong" / "log_without_the_text.py", "task: 2", "task: 1")
    edit(specimens / "wrong" / "any_note.py", "task: 1", "task: 9")
    stub = tree / "exercises" / "ex5" / "app.py"
    edit(stub, 'return {"id": 0}', 'return {"id": storage.insert("notes", text=note.text)}')
    (specimens / "equivalent.toml").write_text(
        '[[mutant]]\nbefore = "text: str"\nafter = "pass"\nreason = "it is not"\n', "utf-8"
    )
    done = there("audit", "ex5", "--mutants")
    assert done.returncode == 1, done.stderr
    assert found(done.stdout) == {
        "false rejection: ex5 correct/no_log",
        "missed mistake: ex5 wrong/right",
        "wrong diagnosis: ex5 wrong/no_row",
        "wrong diagnosis: ex5 wrong/log_without_the_text",
        "missed mistake: ex5 wrong/log_without_the_text",
        "wrong diagnosis: ex5 wrong/any_note",
        "unearned points: ex5 stub/stub",
        "surviving mutant: ex5 equivalent.toml",
    }
    assert "any_note: there is no task 9, only 1, 2; correct its docstring\n" in done.stdout
    assert "1 false rejections in 4 correct apps, 2 missed mistakes in 6 wrong apps" in done.stdout


def test_a_hole_in_the_suite_is_found(tree: Path, there: Run) -> None:
    """Without its assertion a check is useless, and its wrong app is missed."""
    suite = tree / "grader" / "suites" / "ex5" / "test_hidden.py"
    edit(suite, "assert timeline == exactly(1, row)", "assert row")
    edit(suite, "        assert timeline == exactly(1, entry)", "        assert entry")
    done = there("audit", "ex5")
    assert done.returncode == 1, done.stderr
    assert {
        "useless check: ex5 row_holds_the_text",
        "useless check: ex5 each_note_is_logged",
        "missed mistake: ex5 wrong/row_without_the_text",
        "missed mistake: ex5 wrong/log_without_the_text",
    } <= found(done.stdout)


def test_pages_that_promise_something_else_are_found(tree: Path, there: Run) -> None:
    """Headings, hints, points, TODOs, links and commands; nothing of it needs a run."""
    home = tree / "exercises" / "ex5"
    edit(home / "README.md", "## Task 2. Write the log", "## Task 3. Write a log")
    edit(home / "README.md", "](../services.py)", "](../service.py)")
    edit(
        home / "README.md",
        "$ pytest exercises/ex5",
        "$ pytest exercises/ex7\n$ mkae\n$ grader go\n$ grader explain ex5/no_such",
    )
    edit(home / "exercise.toml", '    "Nothing about this task', '    "", "Nothing about this task')
    edit(home / "exercise.toml", "number = 1", "number = 9")
    edit(home / "app.py", "# TODO (task 2)", "# Later")
    suite = tree / "grader" / "suites" / "ex5" / "test_hidden.py"
    edit(suite, '    """a note without text is 422 and leaves no trace"""\n', "")
    edit(suite, '"""the row in `notes` holds the text"""', '"""  """')
    done = there("audit", "ex5")
    assert done.returncode == 1, done.stderr
    page = [line for line in done.stdout.splitlines() if line.startswith("page: ")]
    for words in (
        "no heading `## Task 2. Write the log after the answer`, as exercise.toml has it",
        "`## Task 3. Write a log after the answer` is not a task of exercise.toml",
        "the link '../service.py' leads nowhere",
        "`pytest exercises/ex7`: there is no exercises/ex7",
        "`mkae`: there is no program 'mkae'",
        "there is no check ex5/no_such",
        "`grader go`: grader has no command 'go'",
        "ex5/bad_note_leaves_no_trace has no docstring, which is the title that students read",
        "ex5/row_holds_the_text has no docstring, which is the title that students read",
        "ex5/takes_a_note tests task 1, which the page does not have",
        "no check tests task 9",
        "the tasks are not numbered 1, 2, 3",
        "no `# TODO (task 2)` says where task 2 is done",
    ):
        assert sum(words in line for line in page) == 1, (words, page)


def test_verdicts_that_differ_are_a_flake() -> None:
    """Two runs of one app that do not fail the same checks are told apart by check."""
    app = App("ex5", Kind.CORRECT, "sometimes", b"")
    runs = Runs()
    for outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.PASSED):
        runs.add(Verdict({"one": Outcome.PASSED, "two": outcome}, {"two": "no"}))
    checks = [Entry(f"ex5/{name}", name, 1, 5, True) for name in ("one", "two")]
    texts = {finding.fault: finding.text for finding in judge_runs(app, runs, checks, [1])}
    assert texts[Fault.FLAKE] == "in 3 runs sometimes failed: two"
    assert Fault.REJECTED in texts


def test_checks_that_fail_together_are_named() -> None:
    """A pair is named when the same wrong apps fail both; who fails everything tells nothing."""
    everything = ("one", "two", "three", "four", "five")
    failing = {"a": ("one", "two"), "b": ("one", "two", "three"), "c": everything}
    verdicts = {
        App("ex5", Kind.WRONG, name, b""): Verdict(
            {check: Outcome.FAILED if check in checks else Outcome.PASSED for check in everything},
            {},
        )
        for name, checks in failing.items()
    }
    assert redundant(verdicts) == [("one", "two")]


def test_repeated_under_load_it_is_steady(tree: Path, there: Run) -> None:
    """Each app several times, two at once, with a busy processor: no flake, nothing remembered."""
    wrong = str(tree / "tests" / "specimens" / "ex5" / "wrong")
    done = there("audit", "ex5", "--repeat", "2", "--jobs", "2", "--load", "1", "--wrong", wrong)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "0 findings"), done.stdout
    assert not (tree / "cache").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("ex9",), "no exercise 'ex9'; there are ex1, ex2, ex3, ex4"),
        (("ex1", "--wrong", "grader/live"), "no .py files in"),
        (("ex1", "--solutions", "grader"), "no solution of ex1"),
    ],
)
def test_bad_input_is_one_line(args: tuple[str, ...], message: str, tmp_path: Path) -> None:
    """What cannot be audited is said in one line, with status 2."""
    (tmp_path / "empty").mkdir()
    given = [str(tmp_path / "empty") if word.startswith("grader") else word for word in args]
    done = grader("audit", *given)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
