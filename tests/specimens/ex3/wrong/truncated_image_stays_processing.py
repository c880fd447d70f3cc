"""Opening is guarded, decoding is not: half a file raises and its row stays in processing.

task: 3
"""

from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps, UnidentifiedImageError

from exercises.services import StorageDep, StorageError, get_storage

Image.MAX_IMAGE_PIXELS = 25_000_000 // 2  # Pillow refuses what is above two times this

app = FastAPI()


def resize_image(image_id: str, data: bytes) -> None:
    storage = get_storage()

    def failed(reason: str) -> None:
        storage.update("images", image_id, status="failed", reason=reason)

    try:
        image = Image.open(BytesIO(data))
    except Image.DecompressionBombError:
        return failed("decompression bomb")
    except UnidentifiedImageError:
        return failed("not an image, or of an unknown kind")
    except Exception as error:
        return failed(f"cannot be opened: {error!r}")
    image = ImageOps.exif_transpose(image)
    image.thumbnail((256, 256))
    image.convert("RGB").save(out := BytesIO(), "JPEG")
    try:
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
    except StorageError as error:
        return failed(f"cannot be saved: {error!r}")
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
    tasks.add_task(resize_image, image_id, data)
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
