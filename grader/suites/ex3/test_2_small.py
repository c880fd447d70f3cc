"""Hidden checks of exercise 3, task 2: the small image."""

import itertools

import pytest
from PIL import Image

from grader.expect import event, in_order, that
from grader.suites.images import accepted, small_one
from grader.suites.pictures import (
    a_size,
    corners,
    encoded,
    expect_corners,
    expect_fit,
    opened,
    see_through,
    turned,
    why_unfit,
)
from grader.suites.words import RESPONSE, expect_short_waiting, holding

check = pytest.mark.check


@check(task=2, points=2)
async def test_saved_then_done_after_response(client, app, storage, timeline):
    """after the response the file is saved, and only then the row becomes `done`"""
    storage.slow_saves()
    image_id = await accepted(client, encoded(corners(*a_size())))
    await app.settle()
    saved = event("file.saved", f"images/{image_id}.jpg", path=f"images/{image_id}.jpg")

    def is_done(row):
        return row.get("status") == "done" and holding(image_id)(row)

    done = event("row.updated", "done", table="images", row=is_done)
    because = "Whoever reads `done` may ask for the file at once: save it first."
    told = all(any(map(one.matches, timeline)) for one in (saved, done))
    assert timeline == in_order(RESPONSE, saved, done, because=because if told else None)
    since_done = itertools.dropwhile(lambda one: not done.matches(one), timeline)
    because = "The file is saved again after `done`."
    late = any(map(saved.matches, since_done))
    assert late == that(False, "no file.saved after `done`", because)
    row = storage.row("images", image_id) or {}
    size = {name: row.get(name) for name in ("width", "height")}
    at_once = next((e.detail["row"] for e in timeline if done.matches(e)), row)
    then = {name: at_once.get(name) for name in size}
    small = opened(storage.files[f"images/{image_id}.jpg"])
    if small is not None:
        expect_corners(small, "It is another picture than the one that was uploaded.")
    because = "The row has to get the small image's `width` and `height`."
    told = small is None or [*map(str, size.values())] == [*map(str, small.size)]
    assert size == that(lambda _size: told, "the size of the saved image in its row", because)
    because = "The row said `done` before it had `width` and `height`: write all three at once."
    assert then == that(size, "the size, as soon as the row says `done`", because)
    expect_short_waiting(app.desk.clock.slept_s)


@check(task=2, points=2)
async def test_fits_in_the_box(client, app, storage):
    """longer side 256 pixels, same aspect ratio, JPEG, fewer bytes than the larger original"""
    # A panorama is narrow enough as it is, a column low enough; the last is hardly too large.
    for size in (a_size(), (1000, 60), (200, 600), (280, 270)):
        original = encoded(corners(*size), quality=60 if max(size) > 300 else 100)
        small, saved = await small_one(client, app, storage, original)
        assert small.format == that("JPEG", "JPEG")
        words = f"{size[0]} × {size[1]} made at most 256 long, same aspect ratio"
        expect_fit(small, size, words)
        because = "The small image has more bytes than the original."
        fewer = f"fewer than {len(original)} bytes"
        assert len(saved) == that(_below(len(original)), fewer, because)
        expect_corners(small, "The picture was cropped, mirrored or turned.")


@check(task=2, points=1)
async def test_small_images_are_not_enlarged(client, app, storage):
    """an image that is small already keeps its size"""
    for size in ((120, 80), (256, 256), (60, 200), (50, 40)):
        kind = "PNG" if size == (60, 200) else "JPEG"
        original = encoded(corners(*size), kind, quality=95)
        small, _ = await small_one(client, app, storage, original, f"image/{kind.lower()}")
        assert small.format == that("JPEG", f"a JPEG from a small {kind}")
        words = f"not more than {size[0]} × {size[1]}, same aspect ratio"
        expect_fit(small, size, words)
        expect_corners(small, "It is another picture than the one that was uploaded.")


@check(task=2, points=1)
async def test_right_way_up(client, app, storage):
    """a photo that is stored sideways comes out the right way up"""
    photos = [(a_size(), orientation, "JPEG") for orientation in range(2, 9)]
    photos += [((90, 160), 8, "JPEG"), ((150, 110), 6, "PNG")]
    for size, orientation, kind in photos:
        photo = turned(*size, orientation, kind)
        small, _ = await small_one(client, app, storage, photo, f"image/{kind.lower()}")
        assert max(small.size) == that(lambda side: side <= 256, "longer side at most 256")
        what = f"A {kind} of {size[0]} × {size[1]} with EXIF orientation {orientation}"
        unfit = why_unfit(small.size, size)
        if unfit is None or why_unfit(small.size, size[::-1]) is None:  # its shape, turned or not
            expect_corners(small, f"{what} came out turned or mirrored.")
        because = f"{what} is upright, but: {unfit}"
        seen = f"{small.width} × {small.height}"
        words = f"{size[0]} × {size[1]} made at most 256 long, same aspect ratio"
        assert seen == that(lambda _seen, unfit=unfit: unfit is None, words, because)
        because = "The pixels are upright and still carry the tag: viewers turn them once more."
        assert small.getexif().get(0x0112, 1) == that(1, "no EXIF orientation left", because)


@check(task=2, points=1)
async def test_transparency_and_palettes(client, app, storage):
    """images with transparency, grey or a palette work"""
    for kind in ("RGBA", "LA", "GIF"):
        size = a_size()
        mime = "image/gif" if kind == "GIF" else "image/png"
        small, _ = await small_one(client, app, storage, see_through(*size, kind), mime)
        assert small.format == that("JPEG", f"a JPEG from an image in mode {kind}")
        words = f"{size[0]} × {size[1]} in mode {kind}, made at most 256 long, same aspect ratio"
        expect_fit(small, size, words)
    for kind in ("GIF", "PNG"):
        palette = encoded(corners(90, 60).convert("P", palette=Image.Palette.ADAPTIVE), kind)
        small, _ = await small_one(client, app, storage, palette, f"image/{kind.lower()}")
        expect_corners(small, f"A {kind} with a palette came out in other colors.")


def _below(limit):
    return lambda number: number < limit
