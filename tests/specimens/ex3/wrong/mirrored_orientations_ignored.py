"""Only the three plain rotations are handled, not the mirrored ones.

task: 2
"""

from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import ExifTags, Image
from PIL.Image import Transpose

from exercises.services import Storage, StorageDep

TURN = {
    3: Transpose.ROTATE_180,
    6: Transpose.ROTATE_270,
    8: Transpose.ROTATE_90,
}
app = FastAPI()


def upright(image: Image.Image) -> Image.Image:
    tag = image.getexif().get(ExifTags.Base.Orientation, 1)
    return image.transpose(TURN[tag]) if tag in TURN else image


def process(storage: Storage, image_id: str, data: bytes) -> None:
    try:
        image = Image.open(BytesIO(data))
        if image.width * image.height > 25_000_000:
            raise ValueError("too many pixels")
        image.thumbnail((256, 256))
        image = upright(image).convert("RGB")
        image.save(out := BytesIO(), "JPEG", quality=75)
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
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
