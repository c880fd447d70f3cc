"""The row becomes done, and then the file is saved.

task: 2
also: 1
"""

import io
from typing import Annotated
from uuid import uuid4

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep


class ImageService:
    table = "images"
    longest_side = 256
    max_pixels = 25_000_000

    def __init__(self, storage: StorageDep) -> None:
        self.storage = storage

    def register(self) -> str:
        image_id = str(uuid4())
        self.storage.insert(self.table, id=image_id, status="processing", width=None, height=None)
        return image_id

    def process(self, image_id: str, data: bytes) -> None:
        try:
            jpeg, (width, height) = self._thumbnail(data)
            self._set(image_id, status="done", width=width, height=height)
            self.storage.save_file(f"images/{image_id}.jpg", jpeg)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            self._set(image_id, status="failed", width=None, height=None, reason=reason)

    def _thumbnail(self, data: bytes) -> tuple[bytes, tuple[int, int]]:
        image = Image.open(io.BytesIO(data))
        if image.width * image.height > self.max_pixels:
            raise ValueError("the image is too large to decode")
        image = ImageOps.exif_transpose(image)
        image.thumbnail((self.longest_side, self.longest_side))
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG")
        return out.getvalue(), image.size

    def _set(self, image_id: str, **changes: object) -> None:
        self.storage.update(self.table, image_id, **changes)


Images = Annotated[ImageService, Depends()]
app = FastAPI()


@app.post("/images", status_code=202)
async def upload(file: UploadFile, images: Images, tasks: BackgroundTasks):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(status_code=415)
    data = await file.read()
    if not data:
        raise HTTPException(status_code=422, detail="empty")
    image_id = images.register()
    tasks.add_task(images.process, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def show(image_id: str, images: Images):
    row = images.storage.get(images.table, image_id)
    if row is None:
        raise HTTPException(status_code=404)
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row["width"],
        "height": row["height"],
    }
