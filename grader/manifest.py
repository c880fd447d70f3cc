"""What a published repository says of itself, in grader/manifest.json.

    {"schema": "afterwards/manifest/v1", "hidden": {"ex1": {"checks": 14, "points": 15}},
     "files": {"grader/checks.py": "sha256:…"}, "free": ["exercises/ex1/README.md"]}

Hidden: the checks that were left out, so that their absence is no fault. Files: what a student has
no reason to edit. Free: what else was given beside the exercises, so that what a student adds is
told from it. In the repository that publishes there is no such file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader import MANIFEST

FILE = MANIFEST
SCHEMA = "afterwards/manifest/v1"
OWN = Path(__file__).with_name("manifest.json")


class BrokenManifest(Exception):
    """The manifest cannot be read; the text says what to do."""


class Hidden(BaseModel):
    """The checks of one exercise that run in class only."""

    checks: int
    points: int


class Manifest(BaseModel):
    """The whole file."""

    model_config = ConfigDict(populate_by_name=True)

    schema_: str = Field(SCHEMA, alias="schema")
    hidden: Mapping[str, Hidden]
    files: Mapping[str, str]
    free: tuple[str, ...] = ()

    def text(self) -> str:
        """The file's text, the same for the same content."""
        return self.model_dump_json(indent=1, by_alias=True) + "\n"


def own() -> Manifest | None:
    """The manifest of the repository that this grader stands in; None where all checks are.

    Raises BrokenManifest.
    """
    try:
        return Manifest.model_validate_json(OWN.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        raise BrokenManifest(
            f"{FILE} is broken; bring it back: git checkout HEAD~1 -- {FILE}, or fork again"
        ) from None


def left_out(exercise: str) -> Hidden:
    """The hidden checks of this exercise that were left out on purpose. Raises BrokenManifest."""
    manifest = own()
    nothing = Hidden(checks=0, points=0)
    return nothing if manifest is None else manifest.hidden.get(exercise, nothing)


def digest(data: bytes) -> str:
    """`sha256:<hex>` of a text file, however its lines end."""
    plain = data.replace(b"\r\n", b"\n")
    return f"sha256:{hashlib.sha256(plain).hexdigest()}"
