"""Hidden checks of exercise 3, task 1: an upload becomes an image."""

import asyncio

import pytest

from grader.expect import answers, event, in_order, that
from grader.suites.images import (
    SAME_ID,
    accepted,
)
from grader.suites.pictures import (
    a_size,
    corners,
    encoded,
    opened,
)
from grader.suites.words import expect_unknown, holding, saved_or_failed

check = pytest.mark.check


def shape(size):
    """Whether a picture is tall, wide, or neither."""
    width, height = size
    return "square" if width == height else "tall" if height > width else "wide"


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
    if set(shapes) not in ({"no"}, {"square"}):  # files and their sizes others check
        because = "Uploads at the same time were mixed up, or one of them was left out."
        seen = ", ".join(f"{word} image" for word in shapes)
        want = ", ".join(f"{shape(size)} image" for size in sizes)
        assert seen == that(want, want, because)
    twice = encoded(corners(90, 60))
    same = [await accepted(client, twice) for _ in range(2)]
    await app.settle()
    because = "Two uploads of the same bytes are two images, each with a file of its own."
    assert same == that(lambda pair: pair[0] != pair[1], "two ids", because)
    files = sum(f"images/{image_id}.jpg" in storage.files for image_id in same)
    assert files == that(lambda count: count != 1, "two files", because)
    await expect_unknown(client, "/images/{}", *ids, *same, like=[ids[0][:-1]])


@check(task=1, points=1)
async def test_size_is_null_until_done(client, app, storage, timeline):
    """width and height are null until the image is done"""
    storage.save_faults.hold()
    image_id = await accepted(client, encoded(corners(*a_size())))
    over = saved_or_failed(timeline, "images", image_id)
    await app.until(lambda: storage.save_faults.held or over())
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
    first = await client.get(f"/images/{image_id}")
    assert first == answers(200, status="done")
    await accepted(client, encoded(corners(150, 90)))
    await app.settle()
    because = "Another image is done meanwhile, and this one has another size than before."
    again = (await client.get(f"/images/{image_id}")).json()
    sizes = [(body.get("width"), body.get("height")) for body in (first.json(), again)]
    assert sizes[1] == that(sizes[0], "the size as it was", because)
