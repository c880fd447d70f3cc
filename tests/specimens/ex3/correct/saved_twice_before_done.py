"""The small image is saved twice, with the same bytes, before the row is done."""

import io
import uuid

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep, StorageError, get_storage

app = FastAPI()


def make_small(data):
    image = Image.open(io.BytesIO(data))
    if image.width * image.height > 25_000_000:
        raise ValueError("more than 25 million pixels")
    image = ImageOps.exif_transpose(image)
    image = image.convert("RGB")
    image.thumbnail((256, 256))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=75)
    return out.getvalue(), image.width, image.height


def process(image_id, data):
    storage = get_storage()
    try:
        small, width, height = make_small(data)
        storage.save_file(f"images/{image_id}.jpg", small)
        storage.save_file(f"images/{image_id}.jpg", small)
    except Exception as error:
        storage.update("images", image_id, status="failed", reason=str(error) or repr(error))
        return
    storage.update("images", image_id, status="done", width=width, height=height)


@app.post("/images", status_code=202)
async def upload(file: UploadFile, background: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422, "empty")
    image_id = uuid.uuid4().hex
    storage.insert("images", id=image_id, status="processing")
    background.add_task(process, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {"image_id": image_id, "status": row["status"], "width": row.get("width"), "height": row.get("height")}
