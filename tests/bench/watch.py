"""From save to verdict under `grader watch`: the median of 20 saves of one exercise, in seconds.

    python -m tests.bench.watch [ex1]

A save every two seconds, as a person makes them; the verdict is there when its line is.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAVES = 20
PAUSE_SECONDS = 2.0


def measure(exercise: str, saves: int = SAVES) -> list[float]:
    """Seconds from each save of the solution until its verdict is on the screen."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "exercises", tree / "exercises", ignore=ignore)
        app = tree / "exercises" / exercise / "app.py"
        text = (ROOT / "solutions" / exercise / "app.py").read_text(encoding="utf-8")
        app.write_text(text)
        watcher = subprocess.Popen(
            [sys.executable, "-m", "grader", "watch", exercise, "--plain"],
            cwd=tree, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([folder, str(ROOT)])},
        )  # fmt: skip
        try:
            _verdict(watcher, exercise)
            took = []
            for number in range(saves):
                time.sleep(PAUSE_SECONDS)
                began = time.monotonic()
                app.write_text(f"{text}\n# {number}\n")
                _verdict(watcher, exercise)
                took.append(time.monotonic() - began)
            return took
        finally:
            watcher.terminate()
            watcher.wait()


def _verdict(watcher: subprocess.Popen[str], exercise: str) -> None:
    assert watcher.stdout is not None
    for line in watcher.stdout:
        if line.startswith(f"{exercise}  ") and " checks, " in line:
            return
    raise SystemExit("the watcher ended")


def main() -> None:
    """Measure and print."""
    for exercise in sys.argv[1:] or ["ex1"]:
        took = sorted(measure(exercise))
        sys.stdout.write(
            f"{exercise}: save to verdict {statistics.median(took):.2f} s at the median of"
            f" {len(took)} saves, {took[0]:.2f} to {took[-1]:.2f} s\n"
        )


if __name__ == "__main__":
    main()
