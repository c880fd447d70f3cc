"""The routes belong to a second application that is mounted on the first."""

from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import Storage, StorageDep

api = FastAPI(title="Images")


def finish(storage: Storage, image_id: str, data: bytes) -> None:
    try:
        jpeg, width, height = thumbnail(data)
        storage.save_file(f"images/{image_id}.jpg", jpeg)
    except Exception as error:
        storage.update("images", image_id, status="failed", reason=f"{error!r}")
    else:
        storage.update("images", image_id, status="done", width=width, height=height)


def thumbnail(data: bytes) -> tuple[bytes, int, int]:
    image = Image.open(BytesIO(data))
    if image.width * image.height > 25_000_000:
        raise ValueError("bomb")
    image = ImageOps.exif_transpose(image)
    factor = min(1, 256 / max(image.size))
    size = tuple(max(1, round(side * factor)) for side in image.size)
    image = image.convert("RGBA").resize(size, Image.Resampling.HAMMING).convert("RGB")
    image.save(out := BytesIO(), "JPEG", quality=78)
    return out.getvalue(), image.width, image.height


@api.post("/images", status_code=202)
async def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(finish, storage, image_id, data)
    return {"image_id": image_id}


@api.get("/images/{image_id}")
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


app = FastAPI()
app.mount("", api)
