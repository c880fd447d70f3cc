"""Errors are swallowed and the row becomes done without a file.

task: 3
also: 5
"""

from __future__ import annotations

import io
import uuid
from typing import TYPE_CHECKING, Annotated

from fastapi import BackgroundTasks, FastAPI, File, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep, get_storage

if TYPE_CHECKING:
    from exercises.services import Storage

app = FastAPI()


def on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    page = Image.new("RGB", image.size, (255, 255, 255))
    page.paste(image, mask=image.getchannel("A"))
    return page


def run(image_id: str, data: bytes) -> None:
    storage: Storage = get_storage()
    try:
        image = Image.open(io.BytesIO(data))
        if image.width * image.height > 25_000_000:
            raise ValueError("too many pixels to decode")
        image = on_white(ImageOps.exif_transpose(image))
        image.thumbnail((256, 256))
        out = io.BytesIO()
        image.save(out, "JPEG")
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as error:
        print(f"[Background] ignored: {error!r}")
        storage.update("images", image_id, status="done")
    else:
        storage.update("images", image_id, status="done", width=image.width, height=image.height)


@app.post("/images", status_code=202)
async def upload(
    file: Annotated[UploadFile, File(description="the picture")],
    tasks: BackgroundTasks,
    storage: StorageDep,
) -> dict[str, str]:
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(415, "an empty file is no image")
    image_id = str(uuid.uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(run, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def show(image_id: str, storage: StorageDep) -> dict[str, str | int | None]:
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row["width"],
        "height": row["height"],
    }
