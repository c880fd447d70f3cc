"""`image = image.thumbnail(...)`: thumbnail works in place and returns None.

task: 2
also: 1, 3, 4, 5
"""

import shutil
import tempfile
from io import BytesIO
from typing import IO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import Storage, StorageDep

app = FastAPI()


def thumbnail_job(storage: Storage, image_id: str, copy: IO[bytes]) -> None:
    with copy:
        try:
            image = Image.open(copy)
            if image.width * image.height > 25_000_000:
                raise ValueError(f"image has {image.width * image.height} pixels")
            image = ImageOps.exif_transpose(image)
            image = image.thumbnail((256, 256))
            result = BytesIO()
            image.convert("RGB").save(result, "JPEG", quality=80, progressive=True)
            storage.save_file(f"images/{image_id}.jpg", result.getvalue())
        except Exception as error:
            print(f"[Background] {image_id} failed: {error!r}")
            storage.update("images", image_id, status="failed", error=repr(error))
            return
    storage.update("images", image_id, status="done", width=image.width, height=image.height)


@app.post("/images", status_code=202)
def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep) -> dict[str, str]:
    if not (file.content_type or "").lower().startswith("image/"):
        raise HTTPException(415)
    if not file.size:
        raise HTTPException(422, "empty upload")
    copy = tempfile.SpooledTemporaryFile(max_size=1 << 20)
    shutil.copyfileobj(file.file, copy)
    copy.seek(0)
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None, error=None)
    tasks.add_task(thumbnail_job, storage, image_id, copy)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
def read(image_id: str, storage: StorageDep) -> dict[str, str | int | None]:
    if row := storage.get("images", image_id):
        return {
            "image_id": row["id"],
            "status": row["status"],
            "width": row["width"],
            "height": row["height"],
        }
    raise HTTPException(404)
