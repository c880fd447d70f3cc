"""The audit: every app of an exercise judged, and what follows for suite, page and solution."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from grader.audit.apps import App, Kind
from grader.audit.cache import Cache
from grader.audit.equivalents import judge_survivors
from grader.audit.findings import Fault, Finding, judge_runs
from grader.audit.judging import Verdict
from grader.audit.matrix import useless
from grader.audit.mutants import Mutant, mutants_of
from grader.audit.pages import judge_other_pages, judge_page
from grader.audit.places import Places
from grader.audit.pool import judge_all
from grader.audit.runs import Runs
from grader.exercise import Exercise
from grader.student.catalogue import checks_of

Progress = Callable[[App, Verdict], None]
REPEATED = (Kind.SOLUTION, Kind.CORRECT, Kind.WRONG)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to audit, and how.

    `repeat` counts the runs of each solution, correct and wrong app. The others run once: nothing
    happens in apps that do nothing, and a mutant is a question to the suite, not to its luck.
    """

    exercises: Mapping[str, Exercise]
    places: Places = field(default_factory=Places)
    mutants: bool = False
    repeat: int = 1
    jobs: int = 1
    cache: Cache | None = None
    sandbox: bool = True
    other_pages: bool = False


@dataclass(slots=True)
class Audited:
    """What was found out about one exercise."""

    exercise: Exercise
    runs: dict[App, Runs] = field(default_factory=dict)
    mutants: list[Mutant] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def verdicts(self) -> dict[App, Verdict]:
        """One verdict an app."""
        return {app: runs.verdict for app, runs in self.runs.items()}

    @property
    def survivors(self) -> list[Mutant]:
        """Mutants that pass every check."""
        return [one for one in self.mutants if not self.runs[one.app].verdict.failed]

    def count(self, kind: Kind) -> int:
        """How many apps of this kind were graded."""
        return sum(app.kind is kind for app in self.runs)


class Audit:
    """An audit in two steps, so that whoever shows progress knows how much there is to do."""

    def __init__(self, plan: Plan) -> None:
        """Read all apps and make the mutants. Raises NoSuchPlace, NoCosmicRay."""
        self._plan = plan
        self.audited = {name: Audited(one) for name, one in plan.exercises.items()}
        self.todo: list[App] = []
        for one in self.audited.values():
            apps = list(plan.places.apps(one.exercise))
            one.mutants = list(mutants_of(apps[0])) if plan.mutants else []
            again = [app for app in apps if app.kind in REPEATED] * (plan.repeat - 1)
            self.todo += apps + again + [mutant.app for mutant in one.mutants]
        if plan.repeat > 1:
            random.shuffle(self.todo)

    def run(self, progress: Progress) -> list[Finding]:
        """Judge all. Raises BadList, and GradingError or SandboxError when one cannot be graded."""
        plan = self._plan
        cache = plan.cache if plan.repeat == 1 else None  # a remembered verdict never differs
        for app, verdict in judge_all(self.todo, plan.exercises, plan.jobs, cache, plan.sandbox):
            self.audited[app.exercise].runs.setdefault(app, Runs()).add(verdict)
            progress(app, verdict)
        for one in self.audited.values():
            one.findings = sorted(_findings(one), key=lambda found: list(Fault).index(found.fault))
        others = list(judge_other_pages()) if plan.other_pages else []
        return [found for one in self.audited.values() for found in one.findings] + others


def _findings(audited: Audited) -> Iterator[Finding]:
    checks = checks_of(audited.exercise)
    tasks = [task.number for task in audited.exercise.tasks]
    for app, runs in audited.runs.items():
        yield from judge_runs(app, runs, checks, tasks)
    yield from useless(audited.exercise.id, audited.verdicts)
    yield from judge_page(audited.exercise, checks)
    if audited.mutants:
        yield from judge_survivors(audited.exercise, audited.mutants, audited.survivors)
