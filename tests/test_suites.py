"""What the hidden suites look at was made by an app: looking never takes long."""

from __future__ import annotations

import struct
import time

import pytest
from PIL import Image

from grader.suites.jobs import has_reason
from grader.suites.pictures import bomb, colors_at_corners, corners, encoded, opened, why_unfit

SECONDS = 2.0  # to spare: each took 10 s and more


def jpeg_of_scans(side: int, scans: int) -> bytes:
    """A progressive JPEG of one component; each scan is a few bytes, and visits every block."""

    def segment(marker: int, payload: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload

    def table(number: int, symbol: int) -> bytes:
        return segment(0xC4, bytes((number, 1, *[0] * 15, symbol)))

    blocks = (side // 8) ** 2
    bits = ("0" + "1" * 14) * -(-blocks // 32_767)
    bits += "1" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    frame = struct.pack(">BHHB", 8, side, side, 1) + bytes((1, 0x11, 0))
    first = segment(0xDA, bytes((1, 1, 0, 0, 0, 0))) + bytes(blocks // 8)
    scan = segment(0xDA, bytes((1, 1, 0, 1, 63, 0))) + data
    tables = segment(0xDB, bytes((0, *[1] * 64))) + table(0, 0) + table(0x10, 0xE0)
    return b"\xff\xd8" + segment(0xC2, frame) + tables + first + scan * scans + b"\xff\xd9"


@pytest.mark.parametrize("side", [256, 1_024, 4_096])
def test_a_jpeg_of_many_scans_is_not_decoded(side: int) -> None:
    """A few kB, and minutes for whoever decodes them."""
    data = jpeg_of_scans(side, 5_000)
    began = time.monotonic()
    image = opened(data)
    assert image is None or colors_at_corners(image) == []
    assert time.monotonic() - began < SECONDS


def test_the_size_of_a_large_image_is_known_without_decoding() -> None:
    """An app that shrinks nothing reads how long its image is."""
    for data, size in ((bomb(6_000, 600), (6_000, 600)), (bomb(12_000, 7_000), (12_000, 7_000))):
        image = opened(data)
        assert image is not None
        assert image.size == size
        assert str(max(size)) in (why_unfit(image.size, size) or "")


def test_an_honest_image_is_decoded() -> None:
    """Progressive too, and one that nobody shrank, however many bytes it has."""
    for options in ({"quality": 100}, {"progressive": True}, {"optimize": True}):
        image = opened(encoded(corners(700, 380), **options))
        assert image is not None
        assert colors_at_corners(image) == [0, 1, 2, 3]
    whole = encoded(Image.effect_noise((2_000, 1_500), 90).convert("RGB"), quality=98)
    assert len(whole) > 1_000_000
    image = opened(whole)
    assert image is not None
    assert image.size == (2_000, 1_500)


@pytest.mark.parametrize("text", ["@" * 60_000 + " x", "1" * 60_000 + " x", " " * 60_000, "a@" * 9])
def test_a_reason_is_read_in_no_time(text: str) -> None:
    """Whatever an app writes into its row."""
    began = time.monotonic()
    has_reason({"status": "failed", **{f"c{n}": text for n in range(20)}}, "j")
    assert time.monotonic() - began < SECONDS


def test_a_reason_is_more_than_an_address() -> None:
    """The words of the order say nothing."""
    for text, told in (("ada@example.com", False), ("no data for 2024", True), ("x@y: no", True)):
        assert has_reason({"status": "failed", "reason": text}, "j") is told
