"""Runs: the verdicts on one app that was graded once or many times."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.audit.judging import Verdict


@dataclass(slots=True)
class Runs:
    """Verdicts that differ in which checks failed, each with how often it came."""

    count: int = 0
    differing: dict[frozenset[str], Verdict] = field(default_factory=dict)

    def add(self, verdict: Verdict) -> None:
        """One more run; of equal verdicts the first is kept."""
        self.count += 1
        self.differing.setdefault(frozenset(verdict.failed), verdict)

    @property
    def verdict(self) -> Verdict:
        """The verdict; the one with most failures where they differ."""
        return max(self.differing.values(), key=lambda one: len(one.failed))

    @property
    def unsteady(self) -> set[str]:
        """The checks that failed in some runs and not in others."""
        seen = list(self.differing)
        return set(frozenset.union(*seen) - frozenset.intersection(*seen)) if seen else set()
