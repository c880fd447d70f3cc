"""ImageOps.cover: the shorter side becomes 256, the longer one stays longer.

task: 2
also: 5
"""

from io import BytesIO

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import Storage, StorageDep

BOX = (256, 256)
app = FastAPI()


def scaled(image: Image.Image) -> Image.Image:
    if image.width <= BOX[0] and image.height <= BOX[1]:
        return image
    if max(image.size) > 256 * min(image.size):  # contain would round the short side to 0
        return image.resize((256, 1) if image.width > image.height else (1, 256))
    return ImageOps.cover(image, BOX)


def job(storage: Storage, image_id: str, data: bytes) -> None:
    try:
        with Image.open(BytesIO(data)) as image:
            if image.width * image.height > 25_000_000:
                raise ValueError("the image has more than 25 million pixels")
            small = scaled(ImageOps.exif_transpose(image).convert("RGB"))
        small.save(out := BytesIO(), "JPEG", quality=80)
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as error:
        storage.update("images", image_id, status="failed", why=f"{type(error).__name__}: {error}")
    else:
        storage.update("images", image_id, status="done", width=small.width, height=small.height)


@app.post("/images", status_code=202)
async def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422)
    number = storage.insert("images", status="processing", width=None, height=None)
    tasks.add_task(job, storage, str(number), data)
    return {"image_id": str(number)}


@app.get("/images/{image_id}")
async def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {
        "image_id": str(row["id"]),
        "status": row["status"],
        "width": row["width"],
        "height": row["height"],
    }
