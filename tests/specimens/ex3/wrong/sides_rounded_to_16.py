"""Both sides are rounded down to multiples of 16, which bends the image.

task: 2
may: 5
"""

import io
import logging
import uuid

from fastapi import BackgroundTasks, Depends, FastAPI, File, HTTPException, UploadFile
from PIL import Image, ImageOps
from pydantic import BaseModel

from exercises.services import get_storage

logger = logging.getLogger("images")
app = FastAPI(title="Thumbnails")


class ImageOut(BaseModel):
    image_id: str
    status: str
    width: int | None = None
    height: int | None = None


def fit(width, height, longest=256):
    if max(width, height) <= longest:
        return width, height
    factor = longest / max(width, height)
    return max(16, int(width * factor) // 16 * 16), max(16, int(height * factor) // 16 * 16)


def make_thumbnail(image_id, contents):
    storage = get_storage()
    logger.info("processing %s", image_id)
    try:
        image = Image.open(io.BytesIO(contents))
        width, height = image.size
        if width * height > 25_000_000:
            raise ValueError("Image too large")
        image = ImageOps.exif_transpose(image).convert("RGB")
        image = image.resize(fit(*image.size), Image.LANCZOS)
        buffer = io.BytesIO()
        image.save(buffer, format="JPEG")
        storage.save_file("images/" + image_id + ".jpg", buffer.getvalue())
    except Exception as exc:
        logger.exception("could not process %s", image_id)
        storage.update("images", image_id, status="failed", reason=f"{type(exc).__name__}: {exc}")
    else:
        storage.update("images", image_id, status="done", width=image.width, height=image.height)


@app.post("/images", status_code=202)
def create_image(
    background_tasks: BackgroundTasks, file: UploadFile = File(...), storage=Depends(get_storage)
):
    if file.content_type is None or not file.content_type.startswith("image/"):
        raise HTTPException(status_code=415, detail="Only images are accepted")
    contents = file.file.read()
    if len(contents) == 0:
        raise HTTPException(status_code=422, detail="Empty file")
    image_id = uuid.uuid4().hex
    storage.insert("images", id=image_id, filename=file.filename, status="processing")
    background_tasks.add_task(make_thumbnail, image_id, contents)
    return {"image_id": image_id}


@app.get("/images/{image_id}", response_model=ImageOut)
def get_image(image_id: str, storage=Depends(get_storage)):
    row = storage.get("images", image_id)
    if not row:
        raise HTTPException(status_code=404, detail="Image not found")
    return ImageOut(
        image_id=row["id"],
        status=row["status"],
        width=row.get("width"),
        height=row.get("height"),
    )
