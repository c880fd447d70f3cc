"""A file that cannot be saved is tried again, a few times."""

import io
import uuid

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

from exercises.services import StorageDep, StorageError

app = FastAPI()


@retry(stop=stop_after_attempt(3), wait=wait_fixed(1), retry=retry_if_exception_type(StorageError), reraise=True)
def keep(storage, path, blob):
    storage.save_file(path, blob)


def work(storage, image_id, data):
    try:
        im = Image.open(io.BytesIO(data))
        if im.width * im.height > 25_000_000:
            raise ValueError("bomb")
        im = ImageOps.exif_transpose(im).convert("RGB")
        im.thumbnail((256, 256))
        im.save(out := io.BytesIO(), "JPEG")
        keep(storage, f"images/{image_id}.jpg", out.getvalue())
    except Exception as e:
        storage.update("images", image_id, status="failed", reason=str(e) or repr(e))
    else:
        storage.update("images", image_id, status="done", width=im.width, height=im.height)


@app.post("/images", status_code=202)
def upload(file: UploadFile, background: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    if not (data := file.file.read()):
        raise HTTPException(422)
    image_id = uuid.uuid4().hex
    storage.insert("images", id=image_id, status="processing")
    background.add_task(work, storage, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    if not (row := storage.get("images", image_id)):
        raise HTTPException(404)
    return {"image_id": image_id, "status": row["status"], "width": row.get("width"), "height": row.get("height")}
