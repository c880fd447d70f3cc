"""The name of the uploaded file is the image id: a second photo.jpg replaces the first.

task: 1
"""

import io
from pathlib import Path

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import get_storage

app = FastAPI()
SIDE = 256


def convert(image_id: str, data: bytes) -> None:
    storage = get_storage()
    try:
        image = Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
        width, height = image.size
        if width * height > 25_000_000:
            raise ValueError(f"{width} x {height} pixels")
        if max(width, height) > SIDE:
            factor = SIDE / max(width, height)
            target = max(1, round(width * factor)), max(1, round(height * factor))
            image.draft("RGB", target)
            image = ImageOps.exif_transpose(image).convert("RGB")
            turned = (image.width > image.height) != (width > height) and width != height
            image = image.resize(target[::-1] if turned else target)
        else:
            image = ImageOps.exif_transpose(image).convert("RGB")
        out = io.BytesIO()
        image.save(out, "JPEG")
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as error:
        storage.update("images", image_id, status="failed", reason=str(error) or repr(error))
        return
    storage.update("images", image_id, status="done", width=image.width, height=image.height)


@app.post("/images", status_code=202)
async def upload(file: UploadFile, tasks: BackgroundTasks):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422)
    image_id = Path(file.filename or "image").stem
    new = {"status": "processing", "width": None, "height": None}
    if get_storage().get("images", image_id) is None:
        get_storage().insert("images", id=image_id, **new)
    else:
        get_storage().update("images", image_id, **new)
    tasks.add_task(convert, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def show(image_id: str):
    row = get_storage().get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row["width"],
        "height": row["height"],
    }
