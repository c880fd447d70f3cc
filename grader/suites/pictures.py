"""Pictures for the suite of exercise 3: four colored corners, so that every turn can be seen."""

from __future__ import annotations

import contextlib
import functools
import io
import secrets
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, PngImagePlugin

from grader.expect import that

COLORS = (
    (220, 30, 30),
    (30, 200, 30),
    (40, 40, 220),
    (230, 220, 40),
    (210, 40, 210),
    (40, 210, 210),
)
# nw, ne, sw, se; others in each run, for an app could paint known ones and decode nothing.
CORNERS = tuple(secrets.SystemRandom().sample(COLORS, 4))
CORNER_NAMES = ("top-left", "top-right", "bottom-left", "bottom-right")
ORIENTATION = 0x0112
TILE = 256
MAX_SIDE = 256
MIN_SIDE = 64  # where the original has as many
MAX_DECODED_SIDE = 1_024  # a right one has 256, and no upload whose colors are looked at has more
MAX_DECODED_BYTES = 1_000_000
MAX_SCANS = 100  # of a progressive JPEG; libjpeg writes ten
START_OF_SCAN = b"\xff\xda"
MAX_TEXT_BYTES = 1 << 20  # of a PNG, unpacked: Pillow's own limit for all of it is 64 MB
EXIF = b"Exif\0\0"  # begins a segment of 64 kB at most; Pillow joins all that a JPEG has
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")


def corners(width: int, height: int) -> Image.Image:
    """A picture with a color in each quarter, and grain, as photos have."""
    image = Image.new("RGB", (2, 2))
    image.putdata(CORNERS)
    image = image.resize((width, height), Image.Resampling.NEAREST)
    return Image.blend(image, _grain(width, height), 0.15)


def _grain(width: int, height: int) -> Image.Image:
    """Noise, laid out in tiles: to make it takes longer than all else that a check does."""
    grain, tile = Image.new("RGB", (width, height)), _tile()
    for left in range(0, width, TILE):
        for top in range(0, height, TILE):
            grain.paste(tile, (left, top))
    return grain


@functools.cache
def _tile() -> Image.Image:
    return Image.effect_noise((TILE, TILE), 40).convert("RGB")


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The picture as the bytes of a file."""
    buffer = io.BytesIO()
    if kind == "PNG":
        options.setdefault("compress_level", 1)  # the default takes five times as long
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def turned(width: int, height: int, orientation: int, kind: str = "JPEG") -> bytes:
    """A photo whose pixels are stored turned, with the EXIF tag that turns them back.

    `width` and `height` are those of the picture the right way up.
    """
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        7: Image.Transpose.TRANSVERSE,
        5: Image.Transpose.TRANSPOSE,
        3: Image.Transpose.ROTATE_180,
        6: Image.Transpose.ROTATE_90,
        8: Image.Transpose.ROTATE_270,
    }
    image = corners(width, height).transpose(undo[orientation])
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(image, kind, quality=95, exif=exif)


def see_through(width: int, height: int, kind: str) -> bytes:
    """A PNG or GIF with transparent parts: modes RGBA, LA and P."""
    image = corners(width, height).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize((width, height)))
    if kind == "GIF":
        return encoded(image.convert("P", palette=Image.Palette.ADAPTIVE), "GIF", transparency=0)
    return encoded(image.convert(kind) if kind == "LA" else image, "PNG")


@functools.cache
def bomb(width: int, height: int) -> bytes:
    """A small, valid PNG of `width` × `height` one-bit pixels."""
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    data = zlib.compress(row * height, 1)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def gif_bomb(width: int, height: int) -> bytes:
    """A valid GIF of `width` × `height` pixels, all but one of them background."""
    screen = struct.pack("<6sHHBBB", b"GIF89a", width, height, 0b1000_0000, 0, 0)
    colors = bytes((0, 0, 0, 255, 255, 255))
    frame = struct.pack("<BHHHHB", 0x2C, 0, 0, 1, 1, 0)
    return screen + colors + frame + b"\x02\x02\x44\x01\x00;"  # one pixel of LZW, and the end


def _chunk(pair: tuple[bytes, bytes]) -> bytes:
    name, data = pair
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def colors_at_corners(image: Image.Image) -> list[int]:
    """Which of CORNERS is nearest at each corner of a picture, in their order.

    None of them where it is too large to be decoded.
    """
    if not _is_decoded(image):
        return []
    width, height = image.size
    rgb = image.convert("RGB")
    spots = [(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    return [_nearest(rgb.resize((1, 1), box=_around(spot, image.size))) for spot in spots]


def _around(spot: tuple[int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    reach = max(1, min(size) // 8)
    left, top = max(0, spot[0] - reach), max(0, spot[1] - reach)
    return left, top, min(size[0], spot[0] + reach + 1), min(size[1], spot[1] + reach + 1)


def _nearest(pixel: Image.Image) -> int:
    color = pixel.getpixel((0, 0))
    assert isinstance(color, tuple)
    distances = [sum((a - b) ** 2 for a, b in zip(color, want, strict=True)) for want in CORNERS]
    return distances.index(min(distances))


def a_size(shorter: int = 300, longer: int = 700) -> tuple[int, int]:
    """A width and a height that nobody can know in advance, clearly unlike."""
    one = shorter + secrets.randbelow(80)
    other = longer - secrets.randbelow(120)
    return (one, other) if secrets.randbelow(2) else (other, one)


def opened(data: bytes) -> Image.Image | None:
    """The image in these bytes, or None; decoded, unless it is so large that its size says all.

    The app made this file, and what takes long to decode holds up the grader: a few kB of JPEG
    can be a thousand scans over 4096 × 4096 pixels. So does metadata that unpacks to gigabytes; a
    photo's EXIF fits into one segment.
    """
    try:
        head = data[:MAX_DECODED_BYTES]
        if head.count(EXIF) > 1:
            return None
        with _little_text():
            image: Image.Image = Image.open(io.BytesIO(head), formats=FORMATS)
            if _is_decoded(image):
                if len(data) > MAX_DECODED_BYTES or data.count(START_OF_SCAN) > MAX_SCANS:
                    return None
                image.load()
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return None
    return image


@contextlib.contextmanager
def _little_text() -> Iterator[None]:
    """Pillow's limit is a global one, and in process the app has its own."""
    before = PngImagePlugin.MAX_TEXT_MEMORY
    PngImagePlugin.MAX_TEXT_MEMORY = MAX_TEXT_BYTES
    try:
        yield
    finally:
        PngImagePlugin.MAX_TEXT_MEMORY = before


def _is_decoded(image: Image.Image) -> bool:
    return max(image.size) <= MAX_DECODED_SIDE


def why_unfit(size: tuple[int, int], original: tuple[int, int]) -> str | None:
    """What is wrong with the size of a small image, as a sentence, or None.

    Longer side at most 256 but not tiny, never enlarged, same aspect ratio within one pixel.
    """
    (width, height), (full_width, full_height) = size, original
    if max(size) > MAX_SIDE:
        return f"Its longer side has {max(size)} pixels, and {MAX_SIDE} are the most."
    if width > full_width or height > full_height:
        return "It is larger than the original: no image is enlarged."
    if max(size) < min(MIN_SIDE, max(original)):
        return f"It is too small: at least {MIN_SIDE} pixels, or all that the original has."
    fits_width = abs(width - height * full_width / full_height) <= 1
    if fits_width or abs(height - width * full_height / full_width) <= 1:
        return None
    return "It is stretched or cropped: width and height shrink by the same factor."


def expect_fit(small: Image.Image, original: tuple[int, int], words: str) -> None:
    """A small image has a size that the page allows."""
    unfit = why_unfit(small.size, original)
    assert small.size == that(lambda _size: unfit is None, words, unfit)


def expect_corners(small: Image.Image, because: str) -> None:
    """Each corner of a small image has the color of that corner of the original."""
    corners_of = colors_at_corners(small)
    seen = " ".join(CORNER_NAMES[corner] for corner in corners_of)
    if len(set(corners_of)) < len(CORNERS):
        seen = "other colors"
    assert seen == that(" ".join(CORNER_NAMES), "the photo's corners in place", because)
