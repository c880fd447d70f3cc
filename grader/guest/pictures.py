"""Report when a decompression bomb is decoded: refusing it too late looks the same from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PIL import ImageFile

from .state import current
from .wrapping import wrap

MAX_PIXELS = 25_000_000


def watch() -> None:
    """Make Pillow say when it decodes an image of more than MAX_PIXELS within a request."""
    wrap(ImageFile.ImageFile, "load", _watched)


def _watched(load: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def watched_load(self: Any) -> Any:
        state = current.get()
        pixels = self.size[0] * self.size[1]
        if pixels > MAX_PIXELS and self.tile and state is not None and state.channel.reaches:
            state.channel.call("image.decoded", pixels=pixels)
        return load(self)

    return watched_load
