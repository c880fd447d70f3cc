"""Record which checks each wrong specimen fails, for review: python -m tests.record [ex1 ...]

The lists are expectations, not proof: read the difference before you commit it.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

from grader.exercise import all_exercises
from tests.matrix import SPECIMENS, failed, grade_app, specimens


def _failures(job: tuple[str, str]) -> list[str]:
    exercise, name = job
    return failed(grade_app(SPECIMENS / exercise / "wrong" / f"{name}.py", exercise))


def main(wanted: list[str]) -> None:
    """Write failures.toml of each wanted exercise."""
    for exercise in wanted or all_exercises():
        names = [app.stem for app in specimens(exercise, "wrong")]
        with ProcessPoolExecutor(2) as pool:
            lists = list(pool.map(_failures, [(exercise, name) for name in names]))
        lines = []
        for name, checks in zip(names, lists, strict=True):
            quoted = ", ".join(f'"{check}"' for check in checks)
            lines.append(f"{name} = [{quoted}]\n")
        (SPECIMENS / exercise / "failures.toml").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
