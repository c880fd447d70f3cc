"""The upload is answered with 200 instead of 202.

task: 1
also: 2, 3, 4, 5
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Annotated
from uuid import uuid4

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import Storage, StorageDep

app = FastAPI()


@dataclass(frozen=True)
class Upload:
    id: str
    data: bytes


async def checked_upload(file: UploadFile) -> Upload:
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415, "images only")
    data = await file.read()
    if not data:
        raise HTTPException(422, "empty file")
    return Upload(uuid4().hex, data)


def work(storage: Storage, upload: Upload) -> None:
    try:
        image = Image.open(BytesIO(upload.data))
        if image.width * image.height > 25_000_000:
            raise ValueError("over 25 million pixels")
        image = ImageOps.exif_transpose(image)
        image.thumbnail((256, 256))
        out = BytesIO()
        image.convert("RGB").save(out, "JPEG")
        storage.save_file(f"images/{upload.id}.jpg", out.getvalue())
    except Exception as error:
        storage.update("images", upload.id, status="failed", reason=f"{error or 'unknown'}")
    else:
        storage.update("images", upload.id, status="done", width=image.width, height=image.height)


def queued(
    upload: Annotated[Upload, Depends(checked_upload)], tasks: BackgroundTasks, storage: StorageDep
) -> str:
    storage.insert("images", id=upload.id, status="processing", width=None, height=None)
    tasks.add_task(work, storage, upload)
    return upload.id


@app.post("/images")
async def post_image(image_id: Annotated[str, Depends(queued)]):
    return {"image_id": image_id}


def existing(image_id: str, storage: StorageDep) -> dict:
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return row


@app.get("/images/{image_id}")
async def get_image(image_id: str, row: Annotated[dict, Depends(existing)]):
    return {"image_id": image_id, **{key: row[key] for key in ("status", "width", "height")}}
