"""What the suite of exercise 3 knows of images: uploads, their answers and rows, and reasons."""

from __future__ import annotations

from typing import Any

import httpx
from PIL import Image

from grader.expect import answers, short, that
from grader.fakes.storage import FakeStorage
from grader.serving.app import Served
from grader.suites.pictures import opened

SAME_ID = "Uploads got the same id: a file's name does not tell them apart."
GIVEN = ("photo.jpg", "image/jpeg", "image/png", "failed")
OWN_COLUMNS = ("id", "image_id", "status")


def upload(
    data: bytes, content_type: str = "image/jpeg", name: str = "photo.jpg"
) -> dict[str, tuple[str, bytes, str]]:
    """The multipart field `file`."""
    return {"file": (name, data, content_type)}


async def accepted(client: httpx.AsyncClient, data: bytes, content_type: str = "image/jpeg") -> str:
    """The id of a new image."""
    response = await client.post("/images", files=upload(data, content_type))
    assert response == answers(202, image_id=lambda text: isinstance(text, str) and text != "")
    return str(response.json()["image_id"])


async def small_one(
    client: httpx.AsyncClient,
    app: Served,
    storage: FakeStorage,
    data: bytes,
    content_type: str = "image/jpeg",
) -> tuple[Image.Image, bytes]:
    """Upload, settle, and open the small image; the row has to say `done` and its size."""
    image_id = await accepted(client, data, content_type)
    await app.settle()
    found = await client.get(f"/images/{image_id}")
    because = why_failed(found, storage.row("images", image_id))
    assert found == answers(200, because=because, image_id=image_id, status="done")
    saved = storage.files.get(f"images/{image_id}.jpg", b"")
    others = ", ".join(f"`{short(path, 60)}`" for path in storage.files) or "none"
    because = f"There is no such file, or an empty one; the files saved: {short(others, 300)}."
    assert saved == that(bool, f"a file images/{image_id}.jpg", because)
    small = opened(saved)
    readable = small is not None
    assert readable == that(True, "a file that can be opened", "The saved file is no image.")
    assert small is not None
    because = "The width and height of the row are not those of the saved image."
    size = (found.json().get("width"), found.json().get("height"))
    assert size == that(small.size, f"width {small.width}, height {small.height}", because)
    return small, saved


def has_reason(row: dict[str, Any] | None) -> bool:
    """Whether the row of a failed image says why, in words that are not the upload's own."""
    columns = (row or {}).items()
    texts = [v for k, v in columns if isinstance(v, str) and k not in OWN_COLUMNS]
    return any(any(map(str.isalpha, text)) and text not in GIVEN for text in texts)


def status_of(found: httpx.Response) -> Any:
    """The field `status` of a JSON answer; None where it has none."""
    try:
        body = found.json()
    except (ValueError, RecursionError):
        return None
    return body.get("status") if isinstance(body, dict) else None


def why_failed(found: httpx.Response, row: dict[str, Any] | None) -> str | None:
    """What the row of an image gives as the reason when the app made it `failed`, or None."""
    if status_of(found) != "failed":
        return None
    told = (f"{k}={v!r}" for k, v in (row or {}).items() if v is not None and k not in OWN_COLUMNS)
    return f"Your app made the row `failed`; the row has {short(', '.join(told)) or 'no reason'}."
