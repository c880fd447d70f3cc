"""JUnit XML that the xunit2 schema accepts: Jenkins' xUnit plugin refuses any other."""

from __future__ import annotations

from grader.reporters import junit
from grader.results import Report


def render(report: Report) -> str:
    """Points stand at each suite; a test has no file, line or property here."""
    return junit.render(report, strict=True)
