"""A panorama that is narrow already keeps its length.

task: 2
"""

import io
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps
from pydantic import BaseModel

from exercises.services import StorageDep, get_storage

app = FastAPI(title="Image processing")


class Accepted(BaseModel):
    image_id: str


class Status(Accepted):
    status: str
    width: int | None = None
    height: int | None = None


def encode(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


def make_small(data: bytes) -> tuple[Image.Image, bytes]:
    image: Image.Image = Image.open(io.BytesIO(data))
    if image.width * image.height > 25_000_000:
        raise ValueError(f"{image.width} x {image.height} is more than 25 million pixels")
    large = max(image.size) > 256
    image = ImageOps.exif_transpose(image)
    image = image.convert("RGBA").convert("RGB")
    if image.width > 256 and image.height > 256:
        image.thumbnail((256, 256))
    jpeg = encode(image, 75)
    while large and len(jpeg) >= len(data) and max(image.size) > 8:
        image.thumbnail((image.width // 2 + 1, image.height // 2 + 1))
        jpeg = encode(image, 30)
    return image, jpeg


def process(image_id: str, data: bytes) -> None:
    storage = get_storage()
    try:
        image, jpeg = make_small(data)
        storage.save_file(f"images/{image_id}.jpg", jpeg)
    except Exception as error:
        storage.update("images", image_id, status="failed", reason=repr(error))
    else:
        storage.update("images", image_id, status="done", width=image.width, height=image.height)


@app.post("/images", status_code=202)
def upload(file: UploadFile, background: BackgroundTasks, storage: StorageDep) -> Accepted:
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415, "images only")
    data = file.file.read()
    if not data:
        raise HTTPException(422, "the file is empty")
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing")
    background.add_task(process, image_id, data)
    return Accepted(image_id=image_id)


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep) -> Status:
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404, "no such image")
    return Status(
        image_id=image_id, status=row["status"], width=row.get("width"), height=row.get("height")
    )
