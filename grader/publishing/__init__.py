"""What leaves this repository: the student's repository, and bundles for other venues.

A published thing is a Tree, file names and their bytes, before anything is written: so it can be
listed, searched for what must stay hidden, zipped, and is the same every time.
"""

from __future__ import annotations

from collections.abc import Mapping

Tree = Mapping[str, bytes]


class CannotPublish(Exception):
    """Nothing was published; the text says why and what to do instead."""
