"""The upload is rolled over to disk; the task gets a duplicate of its descriptor."""

import io
import os
import uuid

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep

app = FastAPI()


def job(storage, image_id, fd):
    with os.fdopen(fd, "rb") as f:
        try:
            f.seek(0)
            im = Image.open(f)
            if im.width * im.height > 25_000_000:
                raise ValueError("too many pixels")
            im = ImageOps.exif_transpose(im)
            im = im.convert("RGB")
            im.thumbnail((256, 256))
            out = io.BytesIO()
            im.save(out, "JPEG")
            storage.save_file(f"images/{image_id}.jpg", out.getvalue())
            storage.update("images", image_id, status="done", width=im.width, height=im.height)
        except Exception as e:
            storage.update("images", image_id, status="failed", reason=repr(e))


@app.post("/images", status_code=202)
def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    if file.size == 0:
        raise HTTPException(422)
    file.file.rollover()
    fd = os.dup(file.file.fileno())
    image_id = str(uuid.uuid4())
    storage.insert("images", id=image_id, status="processing")
    tasks.add_task(job, storage, image_id, fd)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row.get("width"),
        "height": row.get("height"),
    }
