"""What a saved image can make of the grader that looks at it: nothing large."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib

from PIL import Image, PngImagePlugin

from grader.suites.pictures import encoded, opened

TEXT_LIMIT = PngImagePlugin.MAX_TEXT_MEMORY


def small(kind: str, **options: object) -> bytes:
    return encoded(Image.new("RGB", (256, 192), "red"), kind, **options)


def with_exif(segments: list[bytes]) -> bytes:
    """A JPEG without the header that tells its resolution: Pillow looks for it in the EXIF."""
    jpeg = small("JPEG")
    (length,) = struct.unpack(">H", jpeg[4:6])
    parts = [
        b"\xff\xe1" + struct.pack(">H", len(part) + 8) + b"Exif\0\0" + part for part in segments
    ]
    return jpeg[:2] + b"".join(parts) + jpeg[4 + length :]


def with_texts(count: int) -> bytes:
    """A PNG with compressed texts of a megabyte each, of characters that take four bytes."""
    png, text = small("PNG"), "\U0001f600".encode() + b"a" * ((1 << 20) - 8)
    body = zlib.compress(text, 9)
    chunks = []
    for number in range(count):
        data = b"iTXt" + b"k%d\0\1\0\0\0" % number + body
        chunks.append(struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data)))
    return png[:33] + b"".join(chunks) + png[33:]


def peak_of(data: bytes) -> int:
    """What it takes to look at it; of C code, what Python's allocator sees."""
    tracemalloc.start()
    try:
        assert opened(data) is None
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_texts_of_a_png_stay_packed() -> None:
    """20 kB that would be 80 MB; the app's own Pillow, in process, keeps its limit."""
    assert peak_of(with_texts(20)) < 30 << 20
    assert PngImagePlugin.MAX_TEXT_MEMORY == TEXT_LIMIT


def test_exif_has_one_segment() -> None:
    """Tags that share the bytes of several segments took gigabytes, with a Pillow before 13."""
    size = 240_000
    tags = [struct.pack(">HHLL", 0x8000 + n, 7, size, 8) for n in range(100)]
    tiff = b"MM\0*" + struct.pack(">LH", 8, len(tags)) + b"".join(tags) + bytes(size)
    segments = [tiff[start : start + 60_000] for start in range(0, len(tiff), 60_000)]
    assert peak_of(with_exif(segments)) < 4 << 20


def test_the_exif_of_a_photo_is_accepted() -> None:
    """An app may pass on what a camera wrote: a maker's note, a preview, a place, text."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Maker", "Phone 12", "2026:05:01 10:00:00"
    exif[0x011A] = exif[0x011B] = 72.0
    exif[0x8769] = {0x927C: bytes(40_000), 0x829A: 0.01, 0x9003: "2026:05:01 10:00:00"}
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0)}
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", "<x/>" * 1_000, zip=True)
    profile = bytes(500_000)
    for data in (
        small("JPEG", exif=exif, icc_profile=profile),
        small("PNG", exif=exif, pnginfo=info, icc_profile=profile),
        small("WEBP", exif=exif),
        with_exif([exif.tobytes()[6:]]),
    ):
        image = opened(data)
        assert image is not None
        assert image.getexif()[0x0110] == "Phone 12"
