"""Exercise 3, reference solution: take an upload, make a thumbnail of it afterwards."""

import logging
from io import BytesIO
from typing import Literal
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps
from pydantic import BaseModel

from exercises.services import Storage, StorageDep

MAX_PIXELS = 25_000_000
LONGEST_SIDE = 256

logger = logging.getLogger(__name__)
app = FastAPI(title="Image processing")


class Accepted(BaseModel):
    image_id: str


class Status(Accepted):
    status: Literal["processing", "done", "failed"]
    width: int | None
    height: int | None


@app.post("/images", status_code=202)
def upload(file: UploadFile, background: BackgroundTasks, storage: StorageDep) -> Accepted:
    if not (file.content_type or "").lower().startswith("image/"):
        raise HTTPException(415, "only images, please")
    # Read here, not in the task: the upload is closed when this function has returned.
    data = file.file.read()
    if not data:
        raise HTTPException(422, "the file is empty")

    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    background.add_task(process, image_id, data, storage)
    return Accepted(image_id=image_id)


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep) -> Status:
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404, "no such image")
    return Status(image_id=image_id, **{key: row[key] for key in ("status", "width", "height")})


def process(image_id: str, data: bytes, storage: Storage) -> None:
    """Save the thumbnail, then say so. A plain `def`: decoding would block the event loop."""
    try:
        jpeg, width, height = shrink(data)
        storage.save_file(f"images/{image_id}.jpg", jpeg)
    except Exception as error:  # Pillow raises many kinds for a broken file; all end the same way
        logger.exception("image %s failed", image_id)  # the row tells the client, the log tells you
        reason = f"{type(error).__name__}: {error}"
        storage.update("images", image_id, status="failed", reason=reason)
    else:
        storage.update("images", image_id, status="done", width=width, height=height)


def shrink(data: bytes) -> tuple[bytes, int, int]:
    """The thumbnail as JPEG, with its width and height. Raises when `data` is not an image."""
    with Image.open(BytesIO(data)) as original:
        # `open` has read the header only. A bomb of a few kilobytes, once decoded, fills the
        # memory, so its size is checked before anything touches the pixels.
        if original.width * original.height > MAX_PIXELS:
            raise ValueError(f"{original.width} x {original.height} pixels are too many")
        is_larger = max(original.size) > LONGEST_SIDE
        # Here it is decoded. Two modes for all there are: grey, palette, CMYK and so on.
        see_through = original.has_transparency_data
        image = original.convert("RGBA" if see_through else "RGB")

    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # keeps the aspect ratio, never enlarges
    image = ImageOps.exif_transpose(image)  # cameras store "turn me" instead of turning the pixels
    # JPEG knows no transparency. And a new image carries no metadata, such as where it was taken.
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image if see_through else None)

    for quality in (85, 60, 35, 10):  # lower only if the upload was compressed harder than ours
        jpeg = BytesIO()
        flat.save(jpeg, "JPEG", quality=quality, optimize=True)
        if not is_larger or jpeg.tell() < len(data):
            break
    return jpeg.getvalue(), flat.width, flat.height
