"""What a submission's repository changed about itself, against the template it came from."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from grader import MANIFEST
from grader.commands.common import stop
from grader.submission import Submission

if TYPE_CHECKING:
    from grader.manifest import Manifest


def with_notices(submission: Submission) -> Submission:
    """The submission, with a notice that names protected files that differ."""
    if not os.path.lexists(submission.path / MANIFEST):  # never published: not worth 0.2 s
        return submission
    from grader.manifest import BrokenManifest, own
    from grader.protected import changed

    try:
        manifest = own() or _published()
    except BrokenManifest as error:
        stop(str(error))
    if manifest is None:
        return submission
    notices = changed(submission.path, manifest)
    return replace(submission, notices=(*submission.notices, *notices))


def _published() -> Manifest | None:
    """The manifest that this repository would publish now."""
    if find_spec("grader.publishing") is None:
        return None
    from grader.publishing import CannotPublish
    from grader.publishing.tree import student_manifest

    try:
        return student_manifest()
    except CannotPublish:
        return None
