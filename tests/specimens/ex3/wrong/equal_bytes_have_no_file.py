"""The same bytes a second time are done at once, without a file of their own.

task: 1
"""

import hashlib
import io
import uuid

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep, StorageError

app = FastAPI(title="Image processing")
MAX_SIDE = 256
MAX_PIXELS = 25_000_000


@app.post("/images", status_code=202)
async def upload(file: UploadFile, background: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415, "not an image")
    data = await file.read()
    if not data:
        raise HTTPException(422, "empty file")
    image_id = str(uuid.uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    background.add_task(process, storage, image_id, data)
    return {"image_id": image_id}


seen = {}


def process(storage, image_id, data):
    key = hashlib.sha1(data).digest()
    if key in seen:
        storage.update("images", image_id, status="done", width=seen[key][0], height=seen[key][1])
        return
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError("too many pixels")
            small = ImageOps.exif_transpose(image)
            small = small.convert("RGB")
            small.thumbnail((MAX_SIDE, MAX_SIDE))
            out = io.BytesIO()
            small.save(out, "JPEG")
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as e:
        storage.update("images", image_id, status="failed", reason=str(e) or repr(e))
    else:
        storage.update("images", image_id, status="done", width=small.width, height=small.height)
        seen[key] = small.size


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404, "no such image")
    return {"image_id": image_id, "status": row["status"], "width": row["width"], "height": row["height"]}
