"""Hidden checks of exercise 3: image processing."""

import asyncio

import pytest
from PIL import Image

from grader.expect import answers, event, exactly, in_order, never, that
from grader.suites.images import has_reason, status_of, why_failed
from grader.suites.pictures import (
    a_size,
    bomb,
    corners,
    encoded,
    expect_corners,
    expect_fit,
    opened,
    see_through,
    turned,
    why_unfit,
)
from grader.suites.words import RESPONSE, changed, expect_unknown, holding, saved_or_failed

check = pytest.mark.check
SAME_ID = "Uploads got the same id: a file's name does not tell them apart."


def upload(data, content_type="image/jpeg", name="photo.jpg"):
    """The multipart field `file`."""
    return {"file": (name, data, content_type)}


def shape(size):
    """Whether a picture is tall or wide."""
    return "tall" if size[1] > size[0] else "wide"


async def accepted(client, data, content_type="image/jpeg"):
    """The id of a new image."""
    response = await client.post("/images", files=upload(data, content_type))
    assert response == answers(202, image_id=lambda text: isinstance(text, str) and text != "")
    return response.json()["image_id"]


async def small_one(client, app, storage, data, content_type="image/jpeg"):
    """Upload, settle, and open the small image; the row has to say `done` and its size."""
    image_id = await accepted(client, data, content_type)
    await app.settle()
    found = await client.get(f"/images/{image_id}")
    because = why_failed(found, storage.row("images", image_id))
    assert found == answers(200, because=because, image_id=image_id, status="done")
    saved = storage.files.get(f"images/{image_id}.jpg", b"")
    assert saved == that(bool, f"a file images/{image_id}.jpg", "There is no such file.")
    small = opened(saved)
    readable = small is not None
    assert readable == that(True, "a file that can be opened", "The saved file is no image.")
    because = "The width and height of the row are not those of the saved image."
    size = (found.json().get("width"), found.json().get("height"))
    assert size == that(small.size, f"width {small.width}, height {small.height}", because)
    return small, saved


@check(task=1, points=1)
async def test_processing_row_before_response(client, app, storage, timeline):
    """before the response starts a row with status `processing` holds the image id"""
    image_id = await accepted(client, encoded(corners(*a_size())))

    def processing(row):
        return row.get("status") == "processing" and holding(image_id)(row)

    row = event("row.inserted", "processing, with the id", table="images", row=processing)
    assert timeline == in_order(row, "response.started")
    await app.settle()
    assert storage.rows("images") == that(lambda rows: len(rows) == 1, "one row")


@check(task=1, points=1)
async def test_ids_are_told_apart(client, app, storage):
    """uploads of one name at the same time are each an image; an unknown id is 404"""
    sizes = [(400, 200), (200, 400)] * 4
    uploads = (accepted(client, encoded(corners(*size))) for size in sizes)
    ids = await asyncio.gather(*uploads)
    await app.settle()
    assert list(ids) == that(lambda all_ids: len(set(all_ids)) == 8, "8 ids", SAME_ID)
    images = [opened(storage.files.get(f"images/{image_id}.jpg", b"")) for image_id in ids]
    shapes = ["no" if image is None else shape(image.size) for image in images]
    if set(shapes) not in ({"no"}, {"wide"}, {"tall"}):  # files and their sizes others check
        because = "Uploads at the same time were mixed up, or one of them was left out."
        seen = ", ".join(f"{word} image" for word in shapes)
        want = ", ".join(f"{shape(size)} image" for size in sizes)
        assert seen == that(want, want, because)
    same = [await accepted(client, encoded(corners(90, 60))) for _ in range(2)]
    await app.settle()
    because = "Two uploads of the same bytes are two images."
    assert same == that(lambda pair: pair[0] != pair[1], "two ids", because)
    await expect_unknown(client, "/images/{}", *ids, *same)


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
    told = any(map(done.matches, timeline))
    assert timeline == in_order(RESPONSE, saved, done, because=because if told else None)
    assert timeline == exactly(1, saved, because="The small image is saved once.")
    row = storage.row("images", image_id) or {}
    size = {name: row.get(name) for name in ("width", "height")}
    small = opened(storage.files[f"images/{image_id}.jpg"])
    because = "The row has to get the small image's `width` and `height`."
    told = small is None or [*map(str, size.values())] == [*map(str, small.size)]
    assert size == that(lambda _size: told, "the size of the saved image in its row", because)
    because = "Background work has to stay under 10 s of waiting."
    waited = app.desk.clock.slept_s
    assert waited == that(lambda slept: slept < 10, "less than 10 s slept", because)


@check(task=1, points=1)
async def test_size_is_null_until_done(client, app, storage, timeline):
    """width and height are null until the image is done"""
    storage.save_faults.hold()
    image_id = await accepted(client, encoded(corners(*a_size())))
    await app.until(lambda: storage.save_faults.held or saved_or_failed(timeline))
    if storage.save_faults.held:
        found = await client.get(f"/images/{image_id}")
        assert found == answers(
            200, image_id=image_id, status="processing", width=None, height=None
        )
        because = "Until it is done there is no size, and the answer says so with null."
        both = that(lambda body: {"width", "height"} <= body.keys(), "width and height", because)
        assert found.json() == both
    storage.save_faults.release()
    await app.settle()
    assert await client.get(f"/images/{image_id}") == answers(200, status="done")


@check(task=2, points=2)
async def test_fits_in_the_box(client, app, storage):
    """longer side 256 pixels, same aspect ratio, JPEG, fewer bytes than the larger original"""
    for size in (a_size(), (1000, 200), (257, 600)):  # a panorama is narrow enough as it is
        original = encoded(corners(*size), quality=60)
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
    for size in ((120, 80), (256, 256), (60, 200)):
        kind = "PNG" if size == (60, 200) else "JPEG"
        original = encoded(corners(*size), kind, quality=95)
        small, _ = await small_one(client, app, storage, original, f"image/{kind.lower()}")
        assert small.format == that("JPEG", f"a JPEG from a small {kind}")
        words = f"not more than {size[0]} × {size[1]}, same aspect ratio"
        expect_fit(small, size, words)


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
        expect_corners(small, f"{what} came out turned or mirrored.")
        unfit = why_unfit(small.size, size)
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
    palette = encoded(corners(90, 60).convert("P", palette=Image.Palette.ADAPTIVE), "GIF")
    small, _ = await small_one(client, app, storage, palette, "image/gif")
    expect_corners(small, "An image with a palette came out in other colors.")


@check(task=3, points=1)
async def test_broken_images_are_failed(client, app, storage, timeline):
    """an image that is broken or cut off ends as `failed` with a reason, and leaves no file"""
    whole = encoded(corners(*a_size()))
    png = encoded(corners(*a_size()), "PNG")
    for data, kind in (
        (b"\xff\xd8 this is no JPEG", "image/bmp"),
        (whole[: len(whole) // 2], "image/jpeg"),
        (png[: len(png) // 2], "image/png"),
    ):
        image_id = await accepted(client, data, kind)
        await app.settle()
        await is_failed(client, storage, timeline, image_id)
    assert timeline == never("file.saved", because="A broken image left a file.")
    storage.fail_next_save()
    unsaved = await accepted(client, whole)
    await app.settle()
    found = await client.get(f"/images/{unsaved}")
    because = "The file could not be saved, and the row does not say so."
    if not storage.log:
        assert found == answers(200, because=because, status="failed")
    assert status_of(found) == that(lambda word: word != "done", "not done", because)
    assert found == answers(200, width=None, height=None)
    image_id = await accepted(client, whole)
    await app.settle()
    assert await client.get(f"/images/{image_id}") == answers(200, status="done")


@check(task=3, points=1)
async def test_other_files_are_415(client, app, timeline):
    """what is not `image/…` is 415 whatever its name, and leaves no trace"""
    data = encoded(corners(40, 30))
    for kind in ("text/plain", "application/octet-stream", "application/x-image", "imagery/x"):
        response = await client.post("/images", files=upload(data, kind))
        assert response == answers(415, because="Its content type does not start with `image/`.")
    nothing = await client.post("/images", files={"other": ("x", data, "image/jpeg")})
    assert nothing == answers(422, because="The field `file` is missing.")
    await app.settle()
    for trace in ("row.inserted", "file.saved", "audit.recorded"):
        assert timeline == never(trace, because="A refused upload must leave nothing behind.")
    named = await client.post(
        "/images", files=upload(encoded(corners(40, 30), "PNG"), "image/png", "x")
    )
    assert named == answers(202, because="Its content type says what it is; the name does not.")


@check(task=4, points=1)
async def test_bytes_are_read_in_time(client, app, storage, timeline):
    """the upload is read before the endpoint returns; an empty one is 422 or 415"""
    large = encoded(corners(1100, 900), "PNG", compress_level=0)  # 3 MB, as photos have
    await small_one(client, app, storage, large, "image/png")
    assert timeline == never("task.raised")
    kinds = ("row.inserted", "file.saved", "audit.recorded")
    rows, files, audits = (len(timeline.of(kind)) for kind in kinds)
    because = "An empty file is no image, and has to be refused."
    empty = await client.post("/images", files=upload(b""))
    assert empty == answers(422, 415, because=because)
    await app.settle()
    assert timeline == exactly(rows, "row.inserted", because="A refused upload left a row.")
    assert timeline == exactly(files, "file.saved", because="A refused upload left a file.")
    assert timeline == exactly(audits, "audit.recorded", because="A refused upload was audited.")


@check(task=5, points=2)
async def test_bombs_are_refused(client, app, storage, timeline):
    """an image of more than 25 million pixels is `failed` and not decoded; fewer are fine"""
    because = "More than 25 million pixels have to be refused before they are decoded."
    for size in ((5_001, 5_000), (12_000, 9_000)):
        image_id = await accepted(client, bomb(*size), "image/png")
        await app.settle()
        await is_failed(client, storage, timeline, image_id, because)
    assert timeline == never("file.saved", because=because)
    because = "The image was decoded before its size was looked at."
    assert timeline == never("image.decoded", because=because)
    fine, _ = await small_one(client, app, storage, bomb(5_000, 5_000), "image/png")
    expect_fit(fine, (5_000, 5_000), "longer side at most 256")
    wide, _ = await small_one(client, app, storage, bomb(6_000, 600), "image/png")
    expect_fit(wide, (6_000, 600), "longer side at most 256")


async def is_failed(client, storage, timeline, image_id, because=None):
    """Status `failed`, no size, a reason in the row."""
    found = await client.get(f"/images/{image_id}")
    because = because or "The image cannot be used, but its status does not say so."
    told = status_of(found) in ("failed", None)
    because = None if told else because
    assert found == answers(200, because=because, status="failed", width=None, height=None)
    row = storage.row("images", image_id)
    said = has_reason(changed(row, timeline, image_id))
    assert row == that(lambda _: said, "a row that says why it failed", "The row has no reason.")


def _below(limit):
    return lambda number: number < limit
