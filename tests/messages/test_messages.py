"""What a student reads is what was read over: a sample of the table, all with AFTERWARDS_ALL=1."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from grader.exercise import all_exercises
from grader.suites.words import NAMES
from tests.in_process import ROOT
from tests.matrix import specimens
from tests.messages.table import FOLDER, NOTHING, read

EVERY = 1 if os.environ.get("AFTERWARDS_ALL") else 10
DRAWN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{9,}|"  # a UUID, also without its end
    rf"(({'|'.join(NAMES)}) )?[0-9a-f]{{8}}(?![0-9a-f])|b'date,orders,revenue.*|(?<=')\d+(?=')"
)
RUN = """
import json, sys
from pathlib import Path
from tests.messages.table import messages
apps = [Path(name) for name in sys.argv[2:]]
texts = list(messages(apps, sys.argv[1]))
sys.stdout.write("\\n" + json.dumps({a.stem: t for a, t in zip(apps, texts)}))
"""


@pytest.mark.parametrize("exercise", all_exercises())
def test_messages_are_as_they_were_read_over(exercise: str) -> None:
    """Changed on purpose? `python -m tests.messages`, read the difference, commit it."""
    apps = specimens(exercise, "wrong")[::EVERY]
    command = [sys.executable, "-c", RUN, exercise, *map(str, apps)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    known = read(FOLDER / f"{exercise}.txt")
    for name, text in json.loads(done.stdout.splitlines()[-1]).items():
        assert _steady(text) == _steady(known[name]), (
            f"update it: python -m tests.messages {exercise}/{name}"
        )


def _steady(text: str) -> list[str]:
    """The lines that are the same in every run.

    What comes after the response, where it should have come before, may be on the timeline yet or
    not (see diagnosis.py), so the line that draws it is not compared. A worker that an endpoint
    wakes may be faster than the endpoint's own return, or not: two sentences, both about it. Of
    users, orders or keys that come at once, any may be first.
    """
    lines = DRAWN.sub("<drawn>", text).splitlines()
    late = any("When the response started there was no" in line for line in lines)
    early = "it ran before the response"
    lines = [early if early in line or "did not wait for the" in line else line for line in lines]
    return [line for line in lines if not (late and line.strip().startswith("observed"))]


@pytest.mark.parametrize("exercise", all_exercises())
def test_the_table_is_complete_and_says_something(exercise: str) -> None:
    """A section for every wrong specimen, in four parts, none of which is ours alone to read."""
    known = read(FOLDER / f"{exercise}.txt")
    assert sorted(known) == [app.stem for app in specimens(exercise, "wrong")]
    assert not [name for name, text in known.items() if text.startswith(NOTHING)]
    for name, text in known.items():
        lines = [line.strip() for line in text.splitlines()]
        assert lines[0].startswith(f"{exercise}/"), name
        assert lines[1].startswith("expected   "), name
        assert lines[2].startswith("observed   "), name
        assert len(lines[3]) > 12, name
        for ours in ("grader/", "site-packages", "AssertionError", "assert "):
            assert ours not in text, name
