"""How long grading takes: python -m tests.bench.speed [repeats]

Prints medians of repeated runs of the real commands, and of single checks inside one run.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
GRADER = [sys.executable, "-m", "grader", "grade", "solutions"]


def timed(command: list[str]) -> float:
    """Wall time of a command in seconds."""
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - began


def row(words: str, seconds: list[float]) -> None:
    """One line of the table: median and range in milliseconds."""
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    sys.stdout.write(f"{words:<52}{middle * 1000:9.0f} ms  ({low * 1000:.0f}-{high * 1000:.0f})\n")


def check_durations() -> list[float]:
    """Seconds of each check of one run over all exercises."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        subprocess.run([*GRADER, "--json", file.name], cwd=ROOT, capture_output=True, check=True)
        report = json.loads(Path(file.name).read_text())
    return [check["duration_s"] for one in report["exercises"] for check in one["checks"]]


def main(repeats: int) -> None:
    """Print the table."""
    in_process = [sys.executable, "-m", "pytest", "-q", "exercises/ex2"]
    in_process += ["--app", "solutions/ex2/app.py"]
    row("one sandboxed check, host warm", check_durations())
    row("grade, one exercise", [timed([*GRADER, "--exercise", "ex2"]) for _ in range(repeats)])
    row("grade, all four exercises", [timed(GRADER) for _ in range(repeats)])
    row("pytest exercises/ex2, in process", [timed(in_process) for _ in range(repeats)])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
