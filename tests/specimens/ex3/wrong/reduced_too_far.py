"""Reduced until it fits 64 pixels: 65 to 127 pixels become fewer than 64.

task: 2
"""

import math
from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep

app = FastAPI()


def process(image_id, data, storage):
    try:
        image = Image.open(BytesIO(data))
        if image.width * image.height > 25_000_000:
            raise ValueError("a bomb")
        image = ImageOps.exif_transpose(image).convert("RGBA").convert("RGB")
        factor = math.ceil(max(image.size) / 64)
        if factor > 1:
            image = image.reduce(factor)
        buffer = BytesIO()
        image.save(buffer, "JPEG")
        storage.save_file(f"images/{image_id}.jpg", buffer.getvalue())
    except Exception as error:
        storage.update("images", image_id, status="failed", reason=repr(error))
    else:
        storage.update("images", image_id, status="done", width=image.width, height=image.height)


@app.post("/images", status_code=202)
def upload(file: UploadFile, background: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = file.file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing")
    background.add_task(process, image_id, data, storage)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {"image_id": image_id, "status": row["status"], "width": row.get("width"),
            "height": row.get("height")}
