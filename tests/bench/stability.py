"""Whether verdicts ever differ: python -m tests.bench.stability [repeats] [part-of-a-name ...]

Grades each specimen `repeats` times in the sandbox while busy loops keep every core occupied, and
prints each one whose failed checks were not the same every time.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import Counter

from grader.exercise import all_exercises
from tests.matrix import failed, grade_app, specimens


def _burn() -> None:
    while True:
        pass


def main(repeats: int, parts: list[str]) -> int:
    """Print what differed; the exit status is 1 when anything did."""
    jobs = [
        (exercise, app)
        for exercise in all_exercises()
        for kind in ("correct", "wrong")
        for app in specimens(exercise, kind)
        if not parts or any(part in str(app) for part in parts)
    ]
    context = multiprocessing.get_context("spawn")
    load = [context.Process(target=_burn, daemon=True) for _ in range(os.cpu_count() or 1)]
    for process in load:
        process.start()
    differing = 0
    for exercise, app in jobs:
        seen = Counter(tuple(failed(grade_app(app, exercise))) for _ in range(repeats))
        if len(seen) > 1:
            differing += 1
            sys.stdout.write(f"{exercise} {app.parent.name}/{app.name}: {dict(seen)}\n")
            sys.stdout.flush()
    for process in load:
        process.terminate()
    sys.stdout.write(f"{len(jobs)} specimens, {repeats} runs each: {differing} differed\n")
    return 1 if differing else 0


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    words = [word for word in sys.argv[1:] if not word.isdecimal()]
    sys.exit(main(numbers[0] if numbers else 200, words))
