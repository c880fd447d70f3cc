"""An image that could not be saved is failed, and has a size.

task: 3
"""

import io
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageFile, ImageOps

from exercises.services import StorageDep, StorageError, get_storage

app = FastAPI()


def shrink(image_id, data, storage):
    try:
        img = Image.open(io.BytesIO(data))
        if img.width * img.height > 25_000_000:
            raise ValueError("too many pixels")
        img = ImageOps.exif_transpose(img)
        img = img.convert("RGB")
        img.thumbnail((256, 256))
        buffer = io.BytesIO()
        img.save(buffer, "JPEG", quality=70)
        storage.save_file(f"images/{image_id}.jpg", buffer.getvalue())
    except StorageError as e:
        storage.update("images", image_id, status="failed", reason=str(e), width=img.width, height=img.height)
    except Exception as e:
        storage.update("images", image_id, status="failed", reason=f"{type(e).__name__}: {e}")
    else:
        storage.update("images", image_id, status="done", width=img.width, height=img.height)


@app.post("/images", status_code=202)
async def upload(file: UploadFile, background: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing")
    background.add_task(shrink, image_id, data, storage)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {"image_id": image_id, "status": row["status"], "width": row.get("width"), "height": row.get("height")}
