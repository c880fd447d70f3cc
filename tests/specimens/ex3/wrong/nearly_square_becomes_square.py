"""What is nearly square becomes a square.

task: 2
"""

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


def process(storage, image_id, data):
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError("too many pixels")
            small = ImageOps.exif_transpose(image)
            small = small.convert("RGB")
            if max(small.size) > MAX_SIDE:
                w, h = small.size
                small = small.resize((256, 256) if abs(w - h) < 0.05 * w else (256, max(1, 256 * h // w)) if w > h else (max(1, 256 * w // h), 256))
            out = io.BytesIO()
            small.save(out, "JPEG")
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as e:
        storage.update("images", image_id, status="failed", reason=str(e) or repr(e))
    else:
        storage.update("images", image_id, status="done", width=small.width, height=small.height)


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404, "no such image")
    return {"image_id": image_id, "status": row["status"], "width": row["width"], "height": row["height"]}
