"""What the files of grader/template/ leave open, which depends on the exercises that there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from grader.exercise import Exercise

NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def filled_in(facts: Mapping[str, Any], exercises: Iterable[Exercise]) -> dict[str, str]:
    """What stands in place of each open word; `facts` are what pyproject.toml says of us.

    A quoted word goes with its quotes, so that the template is JSON, TOML or YAML as it stands.
    """
    given = {one.id: one.title for one in exercises}
    lines = "\n".join(f"    {json.dumps(name)}," for name in dict.fromkeys(facts["dependencies"]))
    results = [f"{name.upper()}_RESULTS: ${{{{ steps.grade.outputs.{name} }}}}" for name in given]
    return {
        '"DEPENDENCIES"': lines.strip().rstrip(","),
        "0+VERSION": facts["version"],
        "@EXERCISES@": " ".join(given),
        "@COUNT@": _count(len(given)),
        "@PAGES@": "\n".join(
            f"- [{text}](exercises/{name}/README.md)" for name, text in given.items()
        ),
        '"@OPTIONS@"': ", ".join(map(json.dumps, given)),
        '"@RUNNERS@"': ",".join(given),
        '"@RESULTS@": ""': f"\n{' ' * 10}".join(results),
    }


def _count(number: int) -> str:
    word = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{word} exercise{'s' * (number != 1)}"
