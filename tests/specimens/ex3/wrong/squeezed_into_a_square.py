"""Every image becomes 256 x 256, whatever its shape.

task: 2
also: 5
"""

from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import Storage, StorageDep

MAX_PIXELS = 25_000_000

app = FastAPI()


def process_image(storage: Storage, image_id: str, data: bytes) -> None:
    try:
        with Image.open(BytesIO(data)) as original:
            if original.width * original.height > MAX_PIXELS:
                raise ValueError(f"{original.width} x {original.height} is too many pixels")
            image = ImageOps.exif_transpose(original)
        image = image.resize((min(image.width, 256), min(image.height, 256)))
        out = BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=80)
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as error:
        storage.update("images", image_id, status="failed", error=str(error) or repr(error))
        return
    storage.update("images", image_id, status="done", width=image.width, height=image.height)


@app.post("/images", status_code=202)
async def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415, "please send an image")
    data = await file.read()
    if not data:
        raise HTTPException(422, "the file is empty")
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(process_image, storage, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404, "no such image")
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row["width"],
        "height": row["height"],
    }
