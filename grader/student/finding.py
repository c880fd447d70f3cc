"""Finding: one thing that `grader doctor` has looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` is the command or the step that mends it.

    `broken` is None where it cannot be told from here, or where it does not matter here.
    """

    what: str
    broken: bool | None
    mend: str = ""
