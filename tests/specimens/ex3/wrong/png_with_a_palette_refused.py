"""A PNG with a palette is failed; a GIF with one is not.

task: 2
"""

import io
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep

MAX_PIXELS = 25_000_000
app = FastAPI()


def make_small(data):
    with Image.open(io.BytesIO(data)) as im:
        if im.width * im.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        if im.format == 'PNG' and im.mode == 'P':
            raise ValueError(im.mode)
        im = ImageOps.exif_transpose(im)
        im = im.convert("RGB")
        im.thumbnail((256, 256))
        out = io.BytesIO()
        im.save(out, "JPEG")
        return out.getvalue(), im.width, im.height


def work(storage, image_id, data):
    try:
        jpeg, width, height = make_small(data)
        storage.save_file(f"images/{image_id}.jpg", jpeg)
    except Exception as error:
        storage.update("images", image_id, status="failed", reason=f"{type(error).__name__}: {error}")
    else:
        storage.update("images", image_id, status="done", width=width, height=height)


@app.post("/images", status_code=202)
def upload(file: UploadFile, background: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415, "not an image")
    data = file.file.read()
    if not data:
        raise HTTPException(422, "empty")
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    background.add_task(work, storage, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {"image_id": image_id, "status": row["status"], "width": row["width"], "height": row["height"]}
