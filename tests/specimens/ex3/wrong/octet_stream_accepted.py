"""application/octet-stream passes for an image, as browsers send it for unknown files.

task: 3
"""

import io
import uuid

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep

app = FastAPI()
MAX = 25_000_000


def work(image_id, data, storage):
    try:
        with Image.open(io.BytesIO(data)) as im:
            if im.width * im.height > MAX:
                raise ValueError("too many pixels")
            im = ImageOps.exif_transpose(im)
            im.thumbnail((256, 256))
            out = io.BytesIO()
            im.convert("RGB").save(out, "JPEG", quality=80)
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as e:
        storage.update("images", image_id, status="failed", reason=str(e) or repr(e))
        return
    storage.update("images", image_id, status="done", width=im.width, height=im.height)


@app.post("/images", status_code=202)
async def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith(("image/", "application/octet-stream")):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid.uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(work, image_id, data, storage)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row["width"],
        "height": row["height"],
    }
