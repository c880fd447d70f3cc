"""Visible checks of exercise 3. Run them with: pytest exercises/ex3"""

import io

import pytest
from PIL import Image

from grader.expect import answers, event, in_order, never, that

check = pytest.mark.check
MEGABYTE = 1_000_000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")


def photo(width=640, height=480):
    """The bytes of a JPEG in which no two columns are alike."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def upload(data, content_type="image/jpeg"):
    """The multipart field `file`."""
    return {"file": ("photo.jpg", data, content_type)}


@check(task=1, points=2)
async def test_accepts_an_image(client, timeline):
    """an upload is answered with 202 and an id, and its row is there before"""
    accepted = await client.post("/images", files=upload(photo()))
    assert accepted == answers(202, image_id=lambda image_id: isinstance(image_id, str))
    processing = event("row.inserted", "processing", table="images", row=_is_processing)
    assert timeline == in_order(processing, "response.started")


@check(task=2, points=2)
async def test_small_image_after_response(client, app, timeline):
    """the small image is saved after the response, and then the row becomes `done`"""
    assert await client.post("/images", files=upload(photo())) == answers(202)
    await app.settle()
    done = event("row.updated", "done", table="images", row=_is_done)
    assert timeline == in_order("response.started", "response.sent", "file.saved", done)


@check(task=2, points=2)
async def test_longer_side_is_256(client, app, storage):
    """640 × 480 pixels become at most 256 × 192, as a JPEG"""
    accepted = await client.post("/images", files=upload(photo()))
    assert accepted == answers(202, image_id=lambda image_id: isinstance(image_id, str))
    image_id = accepted.json()["image_id"]
    await app.settle()
    found = await client.get(f"/images/{image_id}")
    assert found == answers(200, image_id=image_id, status="done")
    saved = storage.files.get(f"images/{image_id}.jpg")
    because = "No such file, or an empty one: a BytesIO that was written to stands at its end."
    assert saved == that(bool, f"a file images/{image_id}.jpg", because)
    assert len(saved) == that(lambda size: size < MEGABYTE, "a small file, far below 1 MB")
    small = Image.open(io.BytesIO(saved), formats=FORMATS)
    assert small.format == that("JPEG", "a JPEG", "A name in .jpg does not make it a JPEG.")
    because = "The longer side becomes 256 pixels; the other one shrinks by the same factor."
    assert small.size == that(_fits, "at most 256 × 192, with the same aspect ratio", because)
    size = (found.json()["width"], found.json()["height"])
    because = "The row's width and height have to be those of the small image."
    assert size == that(small.size, f"width {small.width}, height {small.height}", because)


@check(task=3, points=2)
async def test_text_is_415(client, timeline):
    """a file that is not an image is answered with 415, and no row is written"""
    assert await client.post("/images", files=upload(b"hello", "text/plain")) == answers(415)
    assert timeline == never("row.inserted")
    assert await client.post("/images", files=upload(photo())) == answers(202)


@check(task=3, points=2)
async def test_broken_image_is_failed(client, app, timeline):
    """an image that cannot be decoded ends as `failed`, without a file"""
    accepted = await client.post("/images", files=upload(b"this is no JPEG"))
    assert accepted == answers(202)
    await app.settle()
    found = await client.get(f"/images/{accepted.json()['image_id']}")
    assert found == answers(200, status="failed", width=None, height=None)
    assert timeline == never("file.saved")


def _fits(size):
    return size[0] <= 256 and abs(size[0] * 3 / 4 - size[1]) <= 1


def _is_processing(row):
    return row.get("status") == "processing"


def _is_done(row):
    return row.get("status") == "done"
