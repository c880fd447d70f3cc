"""Finding: one thing that is not as it must be, and what of an audit counts as one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from grader.audit.apps import App, Kind
from grader.audit.judging import Verdict
from grader.audit.runs import Runs
from grader.results import Outcome
from grader.student.catalogue import Entry


class Fault(StrEnum):
    """The kinds of findings, in the order in which they are told."""

    GRADER = "grader error"
    REJECTED = "false rejection"
    MISSED = "missed mistake"
    DIAGNOSIS = "wrong diagnosis"
    FLAKE = "flake"
    UNEARNED = "unearned points"
    SURVIVOR = "surviving mutant"
    USELESS = "useless check"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of an exercise, in words; `subject` is the app, check or file it is about."""

    fault: Fault
    exercise: str
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.fault}: {self.exercise} {self.subject}: {self.text}"


def judge_runs(
    app: App, runs: Runs, checks: list[Entry], tasks: Collection[int]
) -> Iterator[Finding]:
    """What is wrong about the verdict on one app of an exercise with these tasks.

    Mutants are judged with equivalent.toml.
    """
    for fault, text in _faults(app, runs, checks, tasks):
        yield Finding(fault, app.exercise, f"{app.kind}/{app.name}", text)


def _faults(
    app: App, runs: Runs, checks: list[Entry], tasks: Collection[int]
) -> Iterator[tuple[Fault, str]]:
    verdict = runs.verdict
    if runs.unsteady:
        yield Fault.FLAKE, f"in {runs.count} runs sometimes failed: {_listed(runs.unsteady)}"
    if broken := verdict.names(Outcome.ERROR):
        yield Fault.GRADER, f"{_listed(broken)}: {verdict.messages.get(broken[0], '')}"
    match app.kind:
        case Kind.SOLUTION | Kind.CORRECT:
            yield from _rejected(verdict)
        case Kind.WRONG:
            if unknown := (app.main | app.also | app.may) - set(tasks):
                there = f"there is no task {_listed(unknown)}, only {_listed(tasks)}"
                yield Fault.DIAGNOSIS, f"{there}; correct its docstring"
            else:
                yield from _wrong(app, verdict, checks)
        case Kind.STUB:
            yield from _stub(verdict, checks)
        case Kind.DEAD:
            passed = verdict.names(Outcome.PASSED)
            if passed:
                yield Fault.UNEARNED, f"an app that does nothing passes {_listed(passed)}"


def _rejected(verdict: Verdict) -> Iterator[tuple[Fault, str]]:
    if verdict.failed:
        words = " / ".join(verdict.messages.get(verdict.failed[0], "").split("\n"))
        yield Fault.REJECTED, f"fails {_listed(verdict.failed)}: {words[:400]}"


def _wrong(app: App, verdict: Verdict, checks: list[Entry]) -> Iterator[tuple[Fault, str]]:
    """It must fail in its own task and in what it declares besides, and nowhere else.

    Checks that were not reached say nothing: they wait for one that failed.
    """
    if not app.main:
        yield Fault.DIAGNOSIS, "declares no task; write `task: 2` into its docstring"
        return
    task_of = {entry.name: entry.task for entry in checks}
    reached = {task_of[name] for name in verdict.names(Outcome.FAILED)}
    blocked = {task_of[name] for name in verdict.names(Outcome.NOT_REACHED)}
    if not app.main & (reached | blocked):
        yield Fault.MISSED, f"task {_listed(app.main)} is broken, and no check of it fails"
    more, less = reached - app.main - app.also - app.may, (app.main | app.also) - reached - blocked
    if more:
        names = [name for name in verdict.names(Outcome.FAILED) if task_of[name] in more]
        yield Fault.DIAGNOSIS, f"fails in task {_listed(more)} too: {_listed(names)}"
    if less and app.main & (reached | blocked):
        yield Fault.DIAGNOSIS, f"declares task {_listed(less)}, and fails nowhere in it"


def _stub(verdict: Verdict, checks: list[Entry]) -> Iterator[tuple[Fault, str]]:
    by_name = {entry.name: entry for entry in checks}
    passed = [by_name[name] for name in verdict.names(Outcome.PASSED)]
    earned, total = sum(one.points for one in passed), sum(one.points for one in checks)
    if earned * 3 >= total:
        yield Fault.UNEARNED, f"the stub earns {earned} of {total} points, a third or more"
    if hidden := [one.id for one in passed if not one.visible]:
        yield Fault.UNEARNED, f"the stub passes hidden checks: {_listed(hidden)}"


def _listed(things: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, things)))
