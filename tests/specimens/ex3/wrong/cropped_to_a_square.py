"""The middle of the image is cut out instead of the whole being scaled.

task: 2
also: 5
"""

import io
from functools import partial, reduce
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep


def refuse_bombs(image):
    if image.width * image.height > 25_000_000:
        raise ValueError("more than 25 million pixels")
    return image


def shrink(image):
    side = min(image.width, image.height, 256)
    return ImageOps.fit(image, (side, side))


def to_rgb(image):
    return image.convert("RGB")


STEPS = (refuse_bombs, ImageOps.exif_transpose, shrink, to_rgb)


def run(storage, image_id, data):
    try:
        image = reduce(lambda picture, step: step(picture), STEPS, Image.open(io.BytesIO(data)))
        image.save(out := io.BytesIO(), "JPEG")
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
        result = {"status": "done", "width": image.width, "height": image.height}
    except Exception as error:
        result = {"status": "failed", "reason": str(error) or "unknown error"}
    storage.update("images", image_id, **result)


app = FastAPI()


@app.post("/images", status_code=202)
async def post(file: UploadFile, storage: StorageDep, tasks: BackgroundTasks):
    if not file.content_type or not file.content_type.startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if data == b"":
        raise HTTPException(422)
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(partial(run, storage, image_id, data=data))
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def get(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {"image_id": image_id, **{name: row[name] for name in ("status", "width", "height")}}
