"""The bytes of the upload are saved, not those of the thumbnail.

task: 2
also: 4, 5
"""

from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import Storage, StorageDep

app = FastAPI()


def process(storage: Storage, image_id: str, data: bytes) -> None:
    try:
        with Image.open(BytesIO(data)) as image:
            width, height = image.size
            if width * height > 25_000_000:
                raise ValueError("more than 25 million pixels")
            image = ImageOps.exif_transpose(image).convert("RGB")
        image.thumbnail((256, 256))
        storage.save_file(f"images/{image_id}.jpg", data)
    except Exception as error:
        storage.update("images", image_id, status="failed", reason=repr(error))
    else:
        storage.update("images", image_id, status="done", width=image.width, height=image.height)


@app.post("/images", status_code=202)
async def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(process, storage, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row["width"],
        "height": row["height"],
    }
