"""Hidden checks of exercise 3, tasks 3 to 5: broken, late and oversized images."""

import pytest
from PIL import Image

from grader.expect import answers, exactly, never, that
from grader.suites.images import accepted, has_reason, small_one, status_of, upload
from grader.suites.pictures import (
    a_size,
    bomb,
    corners,
    encoded,
    expect_fit,
    gif_bomb,
)
from grader.suites.words import NO_REASON, changed, expect_short_waiting

check = pytest.mark.check


async def is_failed(client, storage, timeline, image_id, because=None):
    """Status `failed`, no size, a reason in the row."""
    found = await client.get(f"/images/{image_id}")
    because = because or "The image cannot be used, but its status does not say so."
    told = status_of(found) in ("failed", None)
    because = None if told else because
    assert found == answers(200, because=because, status="failed", width=None, height=None)
    row = storage.row("images", image_id)
    said = has_reason(changed(row, timeline, image_id))
    assert row == that(lambda _: said, "a row that says why it failed", NO_REASON)


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
    storage.fail_next_save(9)  # more often than anybody tries
    before_s = app.desk.clock.slept_s
    unsaved = await accepted(client, whole)
    await app.settle()
    storage.fail_next_save(0)
    expect_short_waiting(app.desk.clock.slept_s - before_s, ", also when nothing can be saved")
    found = await client.get(f"/images/{unsaved}")
    because = "The file could not be saved, and the row does not say so."
    assert found == answers(200, because=because, status="failed")
    if status_of(found) == "failed":
        because = "The row has no reason: it says why when a file cannot be saved, too."
        row = storage.row("images", unsaved)
        said = has_reason(changed(row, timeline, unsaved))
        assert row == that(lambda _: said, "a row that says why it failed", because)
    because = "The file could not be saved, and the row does not say so."
    assert status_of(found) == that(lambda word: word != "done", "not done", because)
    assert found == answers(200, width=None, height=None)
    image_id = await accepted(client, whole)
    await app.settle()
    assert await client.get(f"/images/{image_id}") == answers(200, status="done")
    image_id = await accepted(client, b"GIF89a and no more", "image/gif")
    await app.settle()
    await is_failed(client, storage, timeline, image_id, "This one is broken, and it came last.")


@check(task=3, points=1)
async def test_other_files_are_415(client, app, timeline):
    """what is not `image/…` is 415 whatever its name, and leaves no trace"""
    data = encoded(corners(40, 30))
    others = ("application/octet-stream", "application/x-image", "imagery/x", "text/image/png")
    for kind in ("text/plain", *others):
        response = await client.post("/images", files=upload(data, kind))
        assert response == answers(415, because="Its content type does not start with `image/`.")
    nothing = await client.post("/images", files={"other": ("x", data, "image/jpeg")})
    assert nothing == answers(422, because="The field `file` is missing.")
    await app.settle()
    for trace in ("row.inserted", "file.saved", "audit.recorded"):
        assert timeline == never(trace, because="A refused upload must leave nothing behind.")
    named = await client.post(
        "/images", files=upload(encoded(corners(40, 30), "PNG"), "image/png", "Горы, 2")
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
    # Pillow itself warns above 90 million pixels, and raises above 180 million.
    for data, kind in (
        (bomb(5_001, 5_000), "image/png"),
        (bomb(20_000, 10_000), "image/png"),
        (encoded(Image.new("L", (5_100, 5_000)), quality=5), "image/jpeg"),
        (gif_bomb(5_100, 5_000), "image/gif"),
    ):
        image_id = await accepted(client, data, kind)
        await app.settle()
        await is_failed(client, storage, timeline, image_id, because)
    assert timeline == never("file.saved", because="An image that is refused leaves no file.")
    because = "The image was decoded before its size was looked at."
    assert timeline == never("image.decoded", because=because)
    fine, _ = await small_one(client, app, storage, bomb(5_000, 5_000), "image/png")
    expect_fit(fine, (5_000, 5_000), "longer side at most 256")
    photo = encoded(Image.new("RGB", (6_000, 1_500), "teal"))  # 27 MB once it is decoded
    wide, _ = await small_one(client, app, storage, photo)
    expect_fit(wide, (6_000, 1_500), "longer side at most 256")
